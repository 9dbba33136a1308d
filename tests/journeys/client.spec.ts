// From findings to the client's desk: prepare, release, download, and what a client must not see.
import { readFileSync } from 'node:fs';
import { LEGAL, annotateOnPage, expect, openMatter, search, signIn, test } from './journey';
import { annotations, unzip } from './package';

test('an analyst prepares, a lead releases, the client downloads', async ({ page, browser }) => {
  const open = async (role: 'analyst' | 'lead' | 'client') => {
    const visitor = await (await browser.newContext({ baseURL: process.env.BASE_URL })).newPage();
    await signIn(visitor, role);
    return visitor;
  };
  await signIn(page, 'analyst');
  await openMatter(page, LEGAL);
  await search(page, 'type:pdf price');
  await annotateOnPage(page, 'For the client');
  await page.getByRole('link', { name: 'Deliverables' }).click();
  await page.getByRole('button', { name: 'New deliverable' }).click();
  await page.getByLabel('Title').fill('Price findings');
  await page.getByLabel('Query').fill('type:pdf price');
  await page.getByRole('button', { name: 'Prepare' }).click();
  await expect(page.getByText(/Ready/i).first()).toBeVisible({ timeout: 30_000 });

  const early = await open('client');
  await expect(early.getByText(LEGAL).first()).toBeVisible();
  await openMatter(early, LEGAL);
  await expect(early.getByText('Price findings')).toHaveCount(0);

  const lead = await open('lead');
  await openMatter(lead, LEGAL);
  await lead.getByRole('link', { name: 'Deliverables' }).click();
  await lead.getByRole('button', { name: 'Release' }).first().click();
  await expect(lead.getByText(/Released/i).first()).toBeVisible();

  await early.reload();
  const download = early.waitForEvent('download');
  await early.getByRole('link', { name: /Download/ }).first().click();
  const path = await (await download).path();
  const files = unzip(readFileSync(path));
  const report = [...files].find(([name]) => name.endsWith('findings.html'))![1].toString('utf8');
  expect(report).toContain('For the client');
  const marked = await Promise.all([...files].filter(([name]) => name.endsWith('.pdf')).map(([, pdf]) => annotations(pdf)));
  const ours = marked.flat().find((annotation) => annotation.note.includes('For the client'));
  expect(ours).toMatchObject({ kind: 'Highlight', author: 'Anton Analyst', isDrawn: true });
  await expect(early.getByLabel('Search documents')).toHaveCount(0);
  for (const visitor of [early, lead]) await visitor.context().close();
});

test('a client who types the address of a document gets nothing', async ({ page }) => {
  await signIn(page, 'client');
  const answer = await page.request.get('/api/v1/matters/halden-v-norling/documents/HALDEN-0000001/text');
  expect(answer.status()).toBe(403);
  const nowhere = await page.request.get('/api/v1/matters/no-such-matter');
  expect(nowhere.status()).toBe(404);
});
