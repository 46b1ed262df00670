"use strict";

// The sources of a project: what they are, files that are dropped on them, and taking them out.

const sourcesShown = 100;
const uploadsAtOnce = 3;

/** Fills the part of a project's card that shows its sources, once it is opened. */
function sourcesOf(project, path, item) {
  const box = item.querySelector(".source-box");
  const list = box.querySelector(".sources");
  let all = project.sources;

  function draw(from) {
    const items = all.slice(from, from + sourcesShown).map((source) => sourceItem(source, path, reload));
    if (from) list.append(...items);
    else list.replaceChildren(...items);
    const more = box.querySelector(".more-sources");
    more.hidden = all.length <= from + sourcesShown;
    more.onclick = () => draw(from + sourcesShown);
    box.querySelector(".no-sources").hidden = all.length > 0;
  }

  async function reload() {
    const fresh = await ask(path);
    drawFacts(item, fresh);
    all = fresh.sources;
    draw(0);
  }

  box.addEventListener("toggle", () => {
    if (box.open) {
      draw(0);
      remember("open-project", project.name);
    } else if (remembered("open-project") === project.name) remember("open-project", "");
  });
  if (remembered("open-project") === project.name) box.open = true;
  uploading(box, path, reload);
  item.reloadSources = () => box.open && doing(reload);
}

function sourceItem(source, path, reload) {
  const item = byId("source-template").content.firstElementChild.cloneNode(true);
  const name = source.kind === "upload" ? source.path.slice("upload:/".length) : source.path;
  item.querySelector("h4").textContent = name;
  item.querySelector(".source-text").textContent = sourceSentence(source);
  const tables = source.version?.tables ?? [];
  const columns = item.querySelector(".columns");
  columns.hidden = !tables.length;
  columns.textContent = tables
    .map((table) => (table.sheet ? table.sheet + ": " : "Columns: ") + table.columns.join(", ")).join(" · ");
  const at = path + "/sources/" + encodeURIComponent(name);
  const history = item.querySelector("details");
  history.hidden = !source.version || source.version.number < 2;
  history.addEventListener("toggle", () => history.open && doing(async () => {
    const { versions } = await ask(at);
    history.querySelector("ol").replaceChildren(...versions.map((version) => {
      const line = document.createElement("li");
      line.textContent = versionSentence(version) + " · " + version.hash.slice(0, 8) + " · " + version.created_by;
      return line;
    }));
  }));
  const remove = item.querySelector("button");
  remove.setAttribute("aria-label", "Take out " + name);
  remove.addEventListener("click", async () => {
    const text = source.kind === "upload"
      ? "The file and its versions go for good, and no search finds it any more."
      : "No search finds its files any more; the directory itself stays.";
    if (!(await confirmed("Take out " + name + "?", text, null))) return;
    const gone = await doing(() => ask(at, { method: "DELETE" }));
    if (!gone) return;
    await doing(reload);
    byId("projects-said").textContent = "Took out " + name + ".";
  });
  return item;
}

function sourceSentence(source) {
  const parts = [source.version ? versionSentence(source.version) : source.kind];
  if (source.last_job) parts.push("last job " + source.last_job.status);
  return parts.join(" · ");
}

function versionSentence(version) {
  const parts = ["version " + version.number + (version.label ? " “" + version.label + "”" : "")];
  parts.push(version.kind ?? "of unknown kind", bytes(version.bytes), new Date(version.created_at).toLocaleString());
  return parts.join(" · ");
}

// --- uploading

/** Takes files that are chosen or dropped; each has its own progress and its own error. */
function uploading(box, path, reload) {
  const form = box.querySelector(".upload-form");
  const drop = form.querySelector(".drop");
  const input = form.elements.files;
  const waiting = [];
  let running = 0;

  function add(files) {
    const label = form.elements.label.value.trim();
    for (const file of files) {
      const line = byId("upload-template").content.firstElementChild.cloneNode(true);
      line.querySelector("span").textContent = file.name + " · " + bytes(file.size);
      line.querySelector("progress").setAttribute("aria-label", "Upload of " + file.name);
      box.querySelector(".uploads").append(line);
      waiting.push({ file, label, line });
    }
    input.value = "";
    next();
  }

  async function next() {
    if (running >= uploadsAtOnce || !waiting.length) return;
    const { file, label, line } = waiting.shift();
    running++;
    next();
    const said = line.querySelector(".upload-said");
    const progress = line.querySelector("progress");
    try {
      const receipt = await put(path + "/sources/" + encodeURIComponent(file.name), label, file, progress);
      said.textContent = receipt.is_known
        ? "is there already, as version " + receipt.source.version.number
        : "version " + receipt.source.version.number + " is being indexed";
    } catch (error) {
      said.textContent = error.message;
      said.classList.add("failed-upload");
    }
    progress.hidden = true;
    running--;
    if (!running && !waiting.length) doing(reload);
    next();
  }

  input.addEventListener("change", () => add(input.files));
  form.addEventListener("submit", (event) => event.preventDefault());
  for (const name of ["dragenter", "dragover"]) {
    drop.addEventListener(name, (event) => {
      event.preventDefault();
      drop.classList.add("over");
    });
  }
  for (const name of ["dragleave", "drop"]) drop.addEventListener(name, () => drop.classList.remove("over"));
  drop.addEventListener("drop", (event) => {
    event.preventDefault();
    add(event.dataTransfer.files);
  });
}

/** As `ask`, for a file: only XMLHttpRequest tells how much has gone. */
function put(path, label, file, progress) {
  const request = new XMLHttpRequest();
  request.open("PUT", path + (label ? "?label=" + encodeURIComponent(label) : ""));
  for (const [name, value] of Object.entries(headers({ "Content-Type": "application/octet-stream" }))) {
    request.setRequestHeader(name, value);
  }
  request.responseType = "json";
  request.upload.onprogress = (event) => { if (event.lengthComputable) progress.value = event.loaded / event.total; };
  return new Promise((done, failed) => {
    request.onload = () => {
      if (request.status === 401) showToken();
      if (request.status < 300) done(request.response);
      else failed(new Refused(request.status, request.response));
    };
    request.onerror = () => failed(new Error("The connection broke; try again."));
    request.send(file);
  });
}
