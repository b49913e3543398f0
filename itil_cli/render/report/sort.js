"use strict";
// Click a heading to sort by it, once more to turn the order. Numbers are compared as numbers, times by their units.
(() => {
  const unit = { s: 1, m: 60, h: 3600, d: 86400 };
  const value = (text) => {
    if (/^(\d+[smhd] ?)+$/.test(text)) {
      const spans = [...text.matchAll(/(\d+)([smhd])/g)];
      return spans.reduce((sum, [, count, of]) => sum + Number(count) * unit[of], 0);
    }
    const number = text.match(/^-?\d+(\.\d+)?(?=$| %)/);
    return number ? Number(number[0]) : null;
  };
  const compare = (a, b) => {
    const [x, y] = [value(a), value(b)];
    if (x !== null && y !== null) return x - y;
    if (x === null && y === null) return a.localeCompare(b, "en", { numeric: true });
    return x === null ? 1 : -1;
  };
  for (const table of document.querySelectorAll("table.sortable")) {
    const heads = [...table.tHead.rows[0].cells];
    heads.forEach((head, column) => {
      const button = document.createElement("button");
      button.type = "button";
      button.textContent = head.textContent;
      head.textContent = "";
      head.append(button);
      button.addEventListener("click", () => {
        const turn = head.getAttribute("aria-sort") === "ascending" ? -1 : 1;
        heads.forEach((other) => other.removeAttribute("aria-sort"));
        head.setAttribute("aria-sort", turn === 1 ? "ascending" : "descending");
        const text = (row) => (row.cells[column].firstElementChild || row.cells[column]).textContent.trim();
        const rows = [...table.tBodies[0].rows];
        rows.sort((a, b) => turn * compare(text(a), text(b)));
        table.tBodies[0].append(...rows);
      });
    });
  }
})();
