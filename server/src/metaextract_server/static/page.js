"use strict";

const element = (id) => document.getElementById(id);

/* Whatever comes from a file is text: it is never parsed as markup. */
const row = (cells, mark) => {
  const tr = document.createElement("tr");
  if (mark) tr.className = mark;
  for (const cell of cells) tr.insertCell().textContent = cell;
  return tr;
};

const shown = (value) => {
  if (value !== null && typeof value === "object") {
    return "val" in value ? shown(value.val) : JSON.stringify(value);
  }
  return String(value);
};

const say = (text, failed = false) => {
  element("status").textContent = text;
  element("status").className = failed ? "failed" : "";
};

const showFields = (fields) => {
  element("fields").replaceChildren(...Object.entries(fields).map(([name, field]) => {
    const sources = [...new Set(field.sources.map((source) => source.extractor))].join(", ");
    const value = shown(field.value) + (field.unit ? ` ${field.unit}` : "");
    const conflict = field.agreement === "conflict";
    return row([name, value, conflict ? `${sources} (they disagree)` : sources], conflict && "conflict");
  }));
};

const showSections = (sections) => {
  element("sections").replaceChildren(...Object.entries(sections).map(([name, section]) => {
    const details = document.createElement("details");
    const summary = document.createElement("summary");
    const values = Object.entries(section.data);
    summary.textContent = `${name}: ${section.status}, ${values.length} values` + (section.reason ? `; ${section.reason}` : "");
    const table = document.createElement("table");
    table.append(...values.map(([tag, value]) => row([tag, shown(value)])));
    details.append(summary, table);
    return details;
  }));
};

const show = (record) => {
  element("name").textContent = record.file.name;
  element("about").textContent =
    `${record.file.media_type}, ${record.file.size} bytes, ${record.fields_extracted} values in ${Math.round(record.processing_ms)} ms`;
  showFields(record.fields);
  showSections(record.sections);
  element("stored").hidden = record.id === null;
  element("stored").href = `api/extract/results/${record.id}`;
  element("filter").value = "";
  element("record").hidden = false;
};

const send = async (file) => {
  say(`Reading ${file.name} …`);
  element("record").hidden = true;
  try {
    const form = new FormData();
    form.append("file", file);
    const response = await fetch("api/extract", { method: "POST", body: form });
    const answer = await response.json();
    if (!response.ok) {
      say(answer.error.message, true);
      return;
    }
    show(answer);
    say("");
  } catch (error) {
    say(`The server did not answer: ${error.message}`, true);
  }
};

element("file").addEventListener("change", (event) => {
  if (event.target.files.length) send(event.target.files[0]);
});
element("filter").addEventListener("input", (event) => {
  const wanted = event.target.value.toLowerCase();
  for (const tr of document.querySelectorAll("#record tbody tr, #sections tr")) {
    tr.hidden = !tr.textContent.toLowerCase().includes(wanted);
  }
});
const drop = element("drop");
drop.addEventListener("dragover", (event) => {
  event.preventDefault();
  drop.classList.add("over");
});
drop.addEventListener("dragleave", () => drop.classList.remove("over"));
drop.addEventListener("drop", (event) => {
  event.preventDefault();
  drop.classList.remove("over");
  if (event.dataTransfer.files.length) send(event.dataTransfer.files[0]);
});
