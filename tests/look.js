// Looks at pages in frames, as they are: what is cut, what overflows, which headings, which tables, which contrast.
const luminance = (c) => {
  const [r, g, b] = c.map((v) => { v /= 255; return v <= 0.03928 ? v / 12.92 : ((v + 0.055) / 1.055) ** 2.4; });
  return 0.2126 * r + 0.7152 * g + 0.0722 * b;
};
const parts = (text) => (text.match(/[\d.]+/g) || [0, 0, 0, 0]).map(Number);
const contrast = (a, b) => {
  const [x, y] = [luminance(a), luminance(b)].sort((p, q) => q - p);
  return (x + 0.05) / (y + 0.05);
};
const behind = (view, node) => {
  for (let at = node; at; at = at.parentElement) {
    const color = parts(view.getComputedStyle(at).backgroundColor);
    if (color.length < 4 || color[3] > 0) return color.slice(0, 3);
  }
  return [255, 255, 255];
};
const look = (frame) => {
  const page = frame.contentDocument, view = frame.contentWindow, wrong = [];
  const note = (what, node) => wrong.push(what + ": " + (node.textContent || node.tagName).trim().slice(0, 60));
  if (page.documentElement.scrollWidth > view.innerWidth + 1) note("page wider than the screen", page.body);
  let level = 0;
  for (const heading of page.querySelectorAll("h1,h2,h3,h4")) {
    const own = Number(heading.tagName[1]);
    if (own > level + 1) note("heading left out", heading);
    level = own;
  }
  if (page.querySelectorAll("h1").length !== 1) note("not one h1", page.body);
  for (const table of page.querySelectorAll("table")) {
    if (!table.querySelector("thead th[scope=col]")) note("table without column headings", table);
    for (const row of table.tBodies[0].rows) if (!row.querySelector("th[scope=row]")) note("row without heading", row);
    if (!page.getElementById(table.getAttribute("aria-labelledby"))) note("table without a name", table);
  }
  const ids = [...page.querySelectorAll("[id]")].map((node) => node.id);
  if (new Set(ids).size !== ids.length) note("ids used twice", page.body);
  for (const link of page.querySelectorAll("a")) if (!page.querySelector(link.getAttribute("href"))) note("dead link", link);
  for (const region of page.querySelectorAll(".scroll"))
    if (region.scrollWidth > region.clientWidth && region.tabIndex !== 0) note("scrolls without keyboard", region);
  for (const svg of page.querySelectorAll("svg")) {
    if (svg.getAttribute("role") !== "img" || !svg.querySelector("title").textContent) note("picture without a name", svg);
    const box = svg.viewBox.baseVal;
    const lines = [...svg.querySelectorAll("text")].map((text) => [text, text.getBBox()]);
    lines.forEach(([text, one], place) => {
      for (const [, other] of lines.slice(place + 1))
        if (Math.min(one.x + one.width, other.x + other.width) - Math.max(one.x, other.x) > 0.5 &&
            Math.min(one.y + one.height, other.y + other.height) - Math.max(one.y, other.y) > 3)
          note("texts upon each other in a picture", text);
    });
    for (const text of svg.querySelectorAll("text")) {
      const own = text.getBBox();
      if (own.x < -0.5 || own.y < -0.5 || own.x + own.width > box.width + 0.5 || own.y + own.height > box.height + 0.5)
        note("text cut in a picture", text);
    }
    const size = svg.getBoundingClientRect().width / box.width * 11;
    if (svg.querySelector("text") && size < 8) note("text of " + size.toFixed(1) + " px in a picture", svg);
  }
  const walker = page.createTreeWalker(page.body, NodeFilter.SHOW_TEXT);
  for (let text = walker.nextNode(); text; text = walker.nextNode()) {
    const node = text.parentElement;
    if (!text.data.trim() || node.namespaceURI.endsWith("svg")) continue;
    const style = view.getComputedStyle(node);
    if (contrast(parts(style.color).slice(0, 3), behind(view, node)) < 4.5) note("contrast below 4.5", node);
    if (parseFloat(style.fontSize) < 11) note("text of " + style.fontSize, node);
    const scrolls = node.closest(".scroll");
    if (!scrolls && node.getBoundingClientRect().right > view.innerWidth + 1) note("text beyond the screen", node);
  }
  for (const text of page.querySelectorAll("svg text")) {
    const style = view.getComputedStyle(text);
    const field = text.previousElementSibling;
    const under = field && field.classList.contains("day") ? parts(view.getComputedStyle(field).fill).slice(0, 3) : [255, 255, 255];
    if (contrast(parts(style.fill).slice(0, 3), under) < 4.5) note("contrast below 4.5 in a picture", text);
  }
  return wrong;
};
addEventListener("load", () => {
  const found = {};
  for (const frame of document.querySelectorAll("iframe")) found[frame.title] = look(frame);
  document.getElementById("found").textContent = JSON.stringify(found);
});
