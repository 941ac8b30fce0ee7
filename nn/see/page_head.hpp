#pragma once
// What the head of a report has: its policy and its looks.

#include <string_view>

namespace seegrad::nn::detail {

// The policy keeps a browser from loading or running anything even if a figure asked for it. A figure that a link leads to (:target) covers the
// page: without a script that is how it opens. On a wide screen what is folded away, such as a source, stands beside the figures.
inline constexpr std::string_view page_head = R"(<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'; img-src data:">
<style>
:root { --ground: #ffffff; --ink: #1d2126; --quiet: #555d66; --line: #d7dce1; --card: #f4f6f8; --accent: #0b5c8f; }
@media (prefers-color-scheme: dark) {
  :root { --ground: #181818; --ink: #e6e9ec; --quiet: #a9b2bb; --line: #3d3f42; --card: #242628; --accent: #7cc0ea; }
}
* { box-sizing: border-box; }
body { margin: 0; background: var(--ground); color: var(--ink);
  font: 1rem/1.55 system-ui, "Segoe UI", Roboto, "DejaVu Sans", sans-serif; }
main { max-width: 68rem; margin: 0 auto; padding: 1.5rem clamp(0.9rem, 4vw, 2.5rem) 4rem; }
a { color: var(--accent); }
h1 { font-size: clamp(1.5rem, 4vw, 2.1rem); line-height: 1.2; margin: 0.5rem 0 1.2rem; overflow-wrap: anywhere; }
h2 { font-size: 1.3rem; margin: 2.6rem 0 0.8rem; padding-bottom: 0.3rem;
  border-bottom: 1px solid var(--line); overflow-wrap: anywhere; }
h2.indexed { display: flex; justify-content: space-between; align-items: baseline; gap: 1rem; }
h2 a { font-size: 0.92rem; font-weight: 400; white-space: nowrap; }
p { max-width: 44rem; margin: 0 0 1rem; overflow-wrap: anywhere; }
.formula { white-space: nowrap; }
nav ul { list-style: none; margin: 1.2rem 0; padding: 0; columns: 22rem; column-gap: 2.5rem; }
nav li { display: flex; justify-content: space-between; gap: 1rem; padding: 0.25rem 0; break-inside: avoid;
  border-bottom: 1px solid var(--line); }
nav span { color: var(--quiet); white-space: nowrap; }
dl.numbers { display: grid; grid-template-columns: repeat(auto-fill, minmax(min(100%, 11rem), 1fr)); gap: 0.8rem;
  margin: 1.2rem 0; }
dl.numbers div { display: flex; flex-direction: column-reverse; justify-content: flex-end;
  padding: 0.8rem 1rem; background: var(--card); border: 1px solid var(--line);
  border-radius: 0.5rem; overflow-wrap: anywhere; }
dl.numbers dt { color: var(--quiet); font-size: 0.9rem; }
dl.numbers dd { margin: 0; font-size: 1.5rem; font-weight: 600; color: var(--accent); font-variant-numeric: tabular-nums; }
.scroll { overflow: auto; max-height: 92vh; border: 1px solid var(--line); border-radius: 0.5rem; }
:focus-visible { outline: 2px solid var(--accent); outline-offset: 2px; }
figure { margin: 1.6rem 0; }
.figure { overflow: auto; border: 1px solid var(--line); border-radius: 0.5rem; padding: 0.6rem; background: var(--ground); }
.figure.light { background: #ffffff; color: #1d2126; color-scheme: light; }
.figure .open { display: block; color: inherit; text-decoration: none; cursor: zoom-in; }
.figure .close { display: none; }
.figure svg { display: block; margin: 0 auto; }
.figure .fits svg { width: min(100%, var(--natural)); height: auto; }
.figure:target { position: fixed; inset: 0; z-index: 1; border: 0; border-radius: 0; padding: 3.4rem 1rem 1rem; }
.figure:target .open { cursor: default; }
.figure:target .close { display: block; position: fixed; top: 0.7rem; right: 1.2rem; padding: 0.3rem 0.9rem;
  background: var(--card); border: 1px solid var(--line); border-radius: 0.5rem; color-scheme: light dark; }
.figure:target .fits svg { width: max(var(--natural), min(100%, calc((100vh - 5rem) * var(--ratio)))); }
body:has(.figure:target) { overflow: hidden; }
figcaption, caption { color: var(--quiet); font-size: 0.92rem; text-align: left; margin-top: 0.5rem; overflow-wrap: anywhere; }
.table { margin: 1.2rem 0; width: fit-content; max-width: 100%; }
table { border-collapse: collapse; font-variant-numeric: tabular-nums; }
caption { padding: 0.5rem 0.8rem; }
th, td { padding: 0.4rem 0.8rem; text-align: left; vertical-align: top; border-bottom: 1px solid var(--line); }
tbody tr:last-child td { border-bottom: 0; }
thead th { background: var(--card); }
.number { text-align: right; white-space: nowrap; }
pre, p code { font: 0.88rem/1.45 ui-monospace, "DejaVu Sans Mono", monospace; tab-size: 4; background: var(--card); }
pre { margin: 1.2rem 0; padding: 0.8rem 1rem; }
p code { padding: 0.1rem 0.3rem; border-radius: 0.3rem; }
details { margin: 1.2rem 0; }
details pre { margin-top: 0.5rem; }
summary { cursor: pointer; color: var(--accent); width: fit-content; }
@media (min-width: 100rem) {
  main:has(details) { max-width: 120rem; }
  section:has(> details) { display: grid; grid-template-columns: minmax(0, 63rem) minmax(0, 1fr); column-gap: 2rem; align-items: start; }
  section > * { grid-column: 1; }
  section > h2 { grid-column: 1 / -1; }
  section > details { grid-column: 2; grid-row: 2 / span 99; position: sticky; top: 0; margin: 0; }
}
@media print { .scroll, .figure { overflow: visible; max-height: none; } figure { break-inside: avoid; } }
</style>
)";

}  // namespace seegrad::nn::detail
