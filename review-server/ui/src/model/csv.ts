// A table as CSV (RFC 4180) for a spreadsheet, in which nothing a client's file is called can become a formula.

const FORMULA = /^[=+\-@\t\r]/;

export function csv(rows: readonly (readonly (string | number)[])[]): string {
  const cell = (value: string | number) => {
    const text = typeof value === "string" && FORMULA.test(value) ? `'${value}` : String(value);
    return /[",\n\r]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
  };
  // The byte order mark tells Excel that it is UTF-8.
  return `\uFEFF${rows.map((row) => `${row.map(cell).join(",")}\r\n`).join("")}`;
}
