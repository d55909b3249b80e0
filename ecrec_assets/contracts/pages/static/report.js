// The page works without this file. It says how long ago a time was, marks what is late, tells a cell of the heat map
// in words as one points at it or moves with the arrow keys, and opens cells that hold no link.
"use strict";

const UNITS = [["day", 86400], ["hour", 3600], ["minute", 60]];
const ago = new Intl.RelativeTimeFormat("en", { numeric: "always", style: "narrow" });

function age(time) {
  const seconds = (Date.now() - Date.parse(time)) / 1000;
  const [unit, size] = UNITS.find(([, length]) => seconds >= length) ?? ["minute", 60];
  return ago.format(-Math.max(0, Math.floor(seconds / size)), unit);
}

for (const time of document.querySelectorAll("time")) {
  const note = document.createElement("small");
  note.textContent = age(time.dateTime);
  time.after(" ", note);
}

for (const cell of document.querySelectorAll("[data-due]")) {
  if (Date.now() > Date.parse(cell.dataset.due)) {
    const late = document.createElement("span");
    late.className = "badge failed";
    late.textContent = "late";
    cell.append(" ", late);
  }
}

const table = document.querySelector("table.heat");
const inspector = document.querySelector(".inspector");

// A cell may stand over several columns: the first column it covers, and the cell of a row that covers a column.
function place(cell) {
  let column = 1;
  for (const other of cell.parentElement.cells) {
    if (other === cell) return column;
    column += other.tagName === "TD" ? other.colSpan : 0;
  }
}

function cellAt(row, column) {
  let next = 1;
  for (const cell of row.cells) {
    next += cell.tagName === "TD" ? cell.colSpan : 0;
    if (cell.tagName === "TD" && column < next) return column > 0 ? cell : null;
  }
  return null;
}

function heading(cell) {
  return table.tHead.rows[1].cells[place(cell)].querySelector("a");
}

function words(cell) {
  const link = cell.querySelector("a");
  const said = link?.title || cell.title || `${heading(cell).title}: ${cell.className === "none" ? "no such rule" : "holds"}`;
  return `${cell.parentElement.cells[0].textContent} · ${said}`;
}

function target(cell) {
  const link = cell.querySelector("a");
  const rule = cell.parentElement.dataset.rule;
  return link?.href ?? heading(cell).href + (rule ? `#${rule}` : "");
}

function tell(event) {
  const cell = event.target.closest?.("tbody td");
  if (!cell || !table.contains(cell)) return;
  inspector.hidden = false;
  inspector.textContent = words(cell);
}

function beside(cell, key) {
  const rows = [...table.tBodies[0].rows].filter((row) => row.offsetParent !== null);
  const row = rows.indexOf(cell.parentElement);
  const [down, right] = { ArrowUp: [-1, 0], ArrowDown: [1, 0], ArrowLeft: [0, -1], ArrowRight: [0, cell.colSpan] }[key];
  return rows[row + down] ? cellAt(rows[row + down], place(cell) + right) : null;
}

function move(event) {
  if (event.key === "Enter" && event.target.tagName === "TD") location.href = target(event.target);
  if (!event.key.startsWith("Arrow")) return;
  const cell = event.target.closest("tbody td");
  const next = cell ? beside(cell, event.key) : event.target.closest("thead, tbody") ? null : lastCell();
  if (!next) return;
  event.preventDefault();
  const stop = next.querySelector("a") ?? next;
  if (stop === next) next.tabIndex = -1;
  stop.focus();
}

function lastCell() {
  return table.tBodies[0].rows[0].cells[table.tBodies[0].rows[0].cells.length - 1];
}

if (table && inspector) {
  table.addEventListener("mouseover", tell);
  table.addEventListener("focusin", tell);
  table.parentElement.addEventListener("keydown", move);
  table.addEventListener("click", (event) => {
    const cell = event.target.closest("tbody td");
    if (cell && !event.target.closest("a") && cell.className !== "none") location.href = target(cell);
  });
}
