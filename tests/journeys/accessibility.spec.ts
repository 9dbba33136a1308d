// Nothing that axe knows of stands in anybody's way, on any screen, in light and in dark.
import AxeBuilder from '@axe-core/playwright';
import { LEGAL, type Page, expect, openMatter, signIn, test } from './journey';

async function isClean(page: Page, screen: string): Promise<void> {
  const { violations } = await new AxeBuilder({ page }).analyze();
  expect(violations.map((found) => `${screen}: ${found.id}: ${found.nodes[0]?.html}`)).toEqual([]);
}

for (const colorScheme of ['light', 'dark'] as const) {
  test(`axe finds nothing in ${colorScheme}`, async ({ page }) => {
    await page.emulateMedia({ colorScheme, reducedMotion: 'reduce' });
    await page.goto('/');
    await expect(page.getByRole('button', { name: 'Sign in' })).toBeVisible();
    await isClean(page, 'sign-in');
    await signIn(page, 'admin');
    await isClean(page, 'matters');
    await openMatter(page, LEGAL);
    await expect(page.getByRole('listbox', { name: 'Results' }).getByRole('option').first()).toBeVisible();
    await isClean(page, 'review');
    for (const view of ['Details', 'History']) {
      await page.getByRole('tab', { name: view }).click();
      await isClean(page, view);
    }
    for (const screen of ['Progress', 'Hit reports', 'Taxonomies', 'Deliverables', 'Processing', 'Members']) {
      await page.getByRole('link', { name: screen, exact: true }).click();
      await expect(page.getByRole('heading', { level: 1 })).toBeVisible();
      await isClean(page, screen);
    }
    await page.getByRole('link', { name: 'Hit reports', exact: true }).click();
    await page.getByRole('button', { name: 'New hit report' }).click();
    await page.getByLabel('Terms, one a line', { exact: false }).fill('price w/5 battery\n(price');
    await expect(page.getByRole('list', { name: 'Terms as read' })).toBeVisible();
    await isClean(page, 'New hit report');
    await page.getByLabel('Name').fill(`Axe ${colorScheme} ${Date.now().toString(36)}`);
    await page.getByRole('button', { name: 'Count', exact: true }).click();
    await expect(page.getByRole('region', { name: 'Terms' })).toBeVisible();
    await isClean(page, 'Hit report');
    await page.getByRole('link', { name: 'Review', exact: true }).click();
    for (const menu of ['Saved', 'History']) {
      await page.getByRole('button', { name: menu, exact: true }).click();
      await isClean(page, menu);
      await page.keyboard.press('Escape');
    }
    await page.getByRole('link', { name: 'Processing', exact: true }).click();
    await page.getByRole('button', { name: 'Add documents' }).click();
    await page.getByText('More settings').click();
    await isClean(page, 'Add documents');
    await page.getByLabel('A folder on the server').check();
    await isClean(page, 'Add documents from the server');
    await page.keyboard.press('Escape');
    await page.getByRole('button', { name: 'Retry exceptions…' }).click();
    await isClean(page, 'Retry exceptions');
    await page.keyboard.press('Escape');
  });
}
