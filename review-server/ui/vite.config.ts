// Builds the single-page application into `dist/`, which the server embeds. pdf.js fetches character maps, fonts,
// colour profiles and decoders at run time: they are copied from the package, never from the network.
import { cpSync, createReadStream, existsSync } from "node:fs";
import { join } from "node:path";
import { svelte } from "@sveltejs/vite-plugin-svelte";
import type { Plugin } from "vite";
import { defineConfig } from "vitest/config";

const PDF_FOLDERS = ["cmaps", "standard_fonts", "wasm", "iccs"];
const PDF_PACKAGE = join(import.meta.dirname, "node_modules/pdfjs-dist");

function pdfResources(): Plugin {
  return {
    name: "redwell-pdf-resources",
    configureServer(server) {
      server.middlewares.use("/pdfjs", (request, response, next) => {
        const path = decodeURIComponent((request.url ?? "").split("?")[0] ?? "");
        const file = join(PDF_PACKAGE, path);
        const known = PDF_FOLDERS.some((folder) => file.startsWith(join(PDF_PACKAGE, folder)));
        if (known && existsSync(file)) createReadStream(file).pipe(response);
        else next();
      });
    },
    writeBundle(options) {
      for (const folder of PDF_FOLDERS) {
        cpSync(join(PDF_PACKAGE, folder), join(options.dir ?? "dist", "pdfjs", folder), { recursive: true });
      }
    },
  };
}

export default defineConfig({
  plugins: [svelte(), pdfResources()],
  build: { target: "es2023", cssTarget: ["chrome125", "firefox128", "safari17.5"], chunkSizeWarningLimit: 1500 },
  server: { proxy: { "/api": { target: process.env["REDWELL_URL"] ?? "http://127.0.0.1:8080" } } },
  test: { include: ["src/**/*.test.ts"], environment: "node" },
});
