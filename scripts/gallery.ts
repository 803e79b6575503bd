// npm run gallery: dist/gallery.html, one page with every picture of the golden screens, painted as a terminal would.
import { mkdirSync, writeFileSync } from "node:fs";
import { Studio, SHOTS, nameOf } from "../test/golden/shots.ts";
import { STATE_NAMES } from "../test/golden/states.ts";
// A chart is drawn once its code is loaded: loaded here, it is in the first picture that has one.
import "blessed-contrib/lib/widget/charts/line.js";
import { readCells } from "./robot/cells.ts";
import type { Theme } from "./robot/svg.ts";
import { DARK, toSvg } from "./robot/svg.ts";

const FILE = "dist/gallery.html";

const LIGHT: Theme = {
  background: "#ffffff",
  ink: "#24292f",
  ansi: ["#24292f", "#cf222e", "#116329", "#7d4e00", "#0550ae", "#8250df", "#1b7c83", "#57606a"],
};
/** The pictures name their colours; the page says which they are. */
const NAMED: Theme = {
  background: "var(--background)",
  ink: "var(--ink)",
  ansi: DARK.ansi.map((_, i) => `var(--ansi-${i})`),
};

const declared = ({ background, ink, ansi }: Theme): string =>
  [
    `--background: ${background};`,
    `--ink: ${ink};`,
    ...ansi.map((colour, i) => `--ansi-${i}: ${colour};`),
  ].join(" ");

const STYLE = `
  :root { color-scheme: light dark; ${declared(DARK)} }
  :root:has(#light:checked) { ${declared(LIGHT)} }
  body { margin: 2rem; font: 15px/1.5 system-ui, sans-serif; }
  nav { columns: 16rem; margin: 1rem 0 2rem; }
  nav a { display: block; }
  h2 { margin-top: 3rem; }
  figure { display: inline-block; margin: 0 1rem 1rem 0; vertical-align: top; max-width: 100%; }
  figcaption { font-family: ui-monospace, monospace; }
  svg { max-width: 100%; height: auto; border: 1px solid #8884; border-radius: 8px; }
`;

using studio = new Studio();
const figures = new Map<string, string[]>();
for (const shot of SHOTS) {
  const { headless } = await studio.shoot(shot);
  const caption = [shot.size, shot.terminal].filter((part) => part !== "").join(", ");
  const svg = toSvg(readCells(headless.xterm), NAMED);
  const figure = `<figure id="${nameOf(shot)}"><figcaption>${caption}</figcaption>${svg}</figure>`;
  figures.set(shot.state, [...(figures.get(shot.state) ?? []), figure]);
}

const contents = STATE_NAMES.map((state) => `<a href="#${state}">${state}</a>`);
const sections = STATE_NAMES.map(
  (state) =>
    `<section>\n<h2 id="${state}">${state}</h2>\n${(figures.get(state) ?? []).join("\n")}\n</section>`,
);
const page = `<!doctype html>
<html lang="en">
<meta charset="utf-8">
<title>kubectl ha: gallery</title>
<style>${STYLE}</style>
<h1>kubectl ha: ${SHOTS.length} screens of ${STATE_NAMES.length} states</h1>
<label><input type="checkbox" id="light"> light terminal</label>
<nav>${contents.join("\n")}</nav>
${sections.join("\n")}
</html>
`;
mkdirSync("dist", { recursive: true });
writeFileSync(FILE, page);
console.log(`${FILE}: ${SHOTS.length} screens, ${(page.length / 1e6).toFixed(1)} MB`);
