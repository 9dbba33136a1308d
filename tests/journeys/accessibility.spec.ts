// Nothing that axe knows of stands in anybody's way, on any screen, in light and in dark.
import { LEGAL, expect, isClean, openMatter, signIn, test } from './journey';

for (const colorScheme of ['light', 'dark'] as const) {
  test(`axe finds nothing in ${colorScheme}`, async ({ page }) => {
    // Two dozen screens are looked through, each for seconds.
    test.slow();
    await page.emulateMedia({ colorScheme, reducedMotion: 'reduce' });
    await page.goto('/');
    await expect(page.getByRole('button', { name: 'Sign in' })).toBeVisible();
    await isClean(page, 'sign-in');
    await signIn(page, 'admin');
    await isClean(page, 'matters');
    await openMatter(page, LEGAL);
    await expect(page.getByRole('listbox', { name: 'Results' }).getByRole('option').first()).toBeVisible();
    await isClean(page, 'review');
    await page.getByRole('listbox', { name: 'Results' }).focus();
    for (const key of ['f', 'm', 't']) await page.keyboard.press(key);
    await expect(page.getByRole('grid', { name: 'Results' }).getByRole('row').nth(1)).toBeVisible();
    await expect(page.getByRole('group', { name: 'Bars' })).toBeVisible();
    await page.keyboard.press('x');
    await page.getByRole('checkbox', { name: /^PDF/ }).press('x');
    await expect(page.getByRole('list', { name: 'Filters chosen' })).toBeVisible();
    await isClean(page, 'filters, time and table');
    await page.getByRole('button', { name: 'As numbers' }).click();
    await isClean(page, 'time as numbers');
    await page.getByRole('button', { name: 'Columns' }).click();
    await isClean(page, 'columns');
    await page.keyboard.press('Escape');
    await page.getByRole('button', { name: /^Sort/ }).click();
    await isClean(page, 'orders');
    await page.keyboard.press('Escape');
    // Other filters let go of what was selected.
    await page.getByRole('grid', { name: 'Results' }).getByRole('row').nth(1).locator('[data-pick]').click();
    for (const what of ['Code…', 'List…', 'Batches…', 'Export…']) {
      await page.getByRole('region', { name: 'Selection' }).getByRole('button', { name: what }).click();
      await expect(page.getByRole('dialog')).toBeVisible();
      await isClean(page, what);
      await page.keyboard.press('Escape');
    }
    await page.getByRole('button', { name: 'As numbers' }).click();
    await page.getByRole('button', { name: 'Clear', exact: true }).click();
    await page.getByRole('grid', { name: 'Results' }).focus();
    for (const key of ['f', 'm', 't']) await page.keyboard.press(key);
    for (const view of ['Details', 'History']) {
      await page.getByRole('tab', { name: view }).click();
      await isClean(page, view);
    }
    for (const screen of ['Progress', 'Batches', 'Hit reports', 'Taxonomies', 'Deliverables', 'Processing', 'Members']) {
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
