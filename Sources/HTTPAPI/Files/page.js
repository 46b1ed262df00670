"use strict";

// The page of the service. Everything comes from the HTTP API; news of jobs come over /events.

const byId = (id) => document.getElementById(id);
const number = (value) => value.toLocaleString("en");
const ended = ["completed", "failed", "cancelled"];

// --- asking

const tokenKey = "indexer.token";
const remembered = (key) => localStorage.getItem("indexer." + key) || "";
const remember = (key, value) => localStorage.setItem("indexer." + key, value);

class Refused extends Error {
  constructor(status, body) {
    super(body?.error?.message || "The service answered " + status + ".");
    this.status = status;
    this.code = body?.error?.code;
  }
}

function headers(more = {}) {
  const token = sessionStorage.getItem(tokenKey);
  return token ? { ...more, Authorization: "Bearer " + token } : more;
}

async function ask(path, options = {}) {
  const response = await fetch(path, { ...options, headers: headers(options.headers) });
  if (response.status === 401) showToken();
  if (!response.ok) throw new Refused(response.status, await response.json().catch(() => null));
  return response.status === 204 ? null : response.json();
}

const send = (method, path, body) =>
  ask(path, { method, headers: { "Content-Type": "application/json" }, body: JSON.stringify(body ?? {}) });

function showProblem(error) {
  const place = byId("problem");
  place.textContent = error ? error.message : "";
  place.hidden = !error;
}

/** Runs what a user asked for; what goes wrong is said, and not swallowed. */
async function doing(act) {
  showProblem(null);
  try {
    return await act();
  } catch (error) {
    showProblem(error);
    return undefined;
  }
}

function showToken() {
  byId("token").hidden = false;
  byId("token-form").elements.token.focus();
}

byId("token-form").addEventListener("submit", (event) => {
  event.preventDefault();
  sessionStorage.setItem(tokenKey, event.target.elements.token.value.trim());
  byId("token").hidden = true;
  begin();
});

// --- sections

const sections = ["search", "jobs", "projects", "audit"];
const loaders = { search: loadProjectNames, jobs: loadJobs, projects: loadProjects, audit: () => loadAudit(true) };

function show() {
  const name = sections.includes(location.hash.slice(1)) ? location.hash.slice(1) : "search";
  for (const section of sections) byId(section).hidden = section !== name;
  for (const link of document.querySelectorAll("header nav a")) {
    if (link.hash === "#" + name) link.setAttribute("aria-current", "page");
    else link.removeAttribute("aria-current");
  }
  showProblem(null);
  doing(loaders[name]);
}

window.addEventListener("hashchange", () => {
  show();
  byId("main").focus();
});

// --- search

const searchForm = byId("search-form");
let searching = 0;
let searchTimer;

function searchPath(offset) {
  const form = new FormData(searchForm);
  const query = new URLSearchParams({ q: form.get("q"), limit: "20", offset: String(offset) });
  for (const name of ["project", "path"]) if (form.get(name)) query.set(name, form.get(name));
  return "/search?" + query;
}

async function search(offset) {
  const turn = ++searching;
  const words = searchForm.elements.q.value.trim();
  if (!words) {
    byId("hits").replaceChildren();
    byId("search-said").textContent = "";
    byId("more-hits").hidden = true;
    return;
  }
  let answer;
  try {
    answer = await ask(searchPath(offset));
  } catch (error) {
    // A query that is not finished yet is no problem to be shouted.
    if (turn === searching) byId("search-said").textContent = error.message;
    return;
  }
  if (turn !== searching) return;
  const hits = answer.hits.map((hit) => hitItem(hit, words));
  if (offset) byId("hits").append(...hits);
  else byId("hits").replaceChildren(...hits);
  const more = byId("more-hits");
  more.hidden = answer.next === null;
  more.onclick = () => search(answer.next);
  byId("search-said").textContent = searchSentence(answer, offset + hits.length);
}

function searchSentence(answer, count) {
  const parts = [];
  if (count) parts.push((answer.next === null ? "" : "the first ") + number(count) + (count === 1 ? " hit" : " hits"));
  else if (!answer.projects.length) parts.push("Nothing is indexed yet: start a job first");
  else parts.push("No hits; fewer words, or a name* with a star, find more");
  parts.push(answer.took_ms.toFixed(0) + " ms");
  if (answer.pending_files) parts.push(number(answer.pending_files) + " files are not indexed yet");
  else if (answer.unlisted_jobs) parts.push("a job has not listed its files yet");
  for (const project of answer.unavailable) parts.push("a part of " + project.project + " cannot be read");
  return parts.join(" · ");
}

function hitItem(hit, words) {
  const item = document.createElement("li");
  const place = document.createElement("div");
  place.className = "place";
  place.textContent = hit.path + ":" + hit.best_line;
  const facts = document.createElement("div");
  facts.className = "facts";
  const about = [hit.project];
  if (hit.title) about.push(hit.title);
  if (hit.page) about.push("page " + hit.page);
  if (hit.sheet) about.push("sheet " + hit.sheet);
  if (hit.best_row) about.push("row " + hit.best_row);
  facts.textContent = about.join(" · ");
  if (hit.stale) {
    const stale = document.createElement("span");
    stale.className = "stale";
    stale.textContent = " · changed since it was indexed";
    facts.append(stale);
  }
  const text = document.createElement("pre");
  highlight(text, hit.snippet || "(found by its name)", words);
  item.append(place, facts, text);
  if (hit.context) {
    const context = document.createElement("pre");
    context.className = "context";
    context.textContent = hit.context;
    item.append(context);
  }
  return item;
}

/** Marks what begins as a word of the query does. The service stems words, so their ends may differ. */
function highlight(place, text, query) {
  const words = (query.match(/[\p{L}\p{N}]+/gu) || []).filter((word) => !["AND", "OR", "NOT"].includes(word));
  const stems = words.map((word) => word.slice(0, Math.max(3, word.length - 2)));
  if (!stems.length) {
    place.textContent = text;
    return;
  }
  const pattern = new RegExp("(" + stems.join("|") + ")[\\p{L}\\p{N}]*", "giu");
  let last = 0;
  for (const match of text.matchAll(pattern)) {
    place.append(text.slice(last, match.index));
    const mark = document.createElement("mark");
    mark.textContent = match[0];
    place.append(mark);
    last = match.index + match[0].length;
  }
  place.append(text.slice(last));
}

searchForm.addEventListener("submit", (event) => {
  event.preventDefault();
  search(0);
});

searchForm.elements.project.addEventListener("change", (event) => {
  remember("project", event.target.value);
  search(0);
});

searchForm.addEventListener("input", () => {
  clearTimeout(searchTimer);
  searchTimer = setTimeout(() => search(0), 150);
});

async function loadProjectNames() {
  const { projects } = await ask("/projects");
  const select = searchForm.elements.project;
  const chosen = select.value || remembered("project");
  const options = projects.map((project) => new Option(project.name, project.name));
  select.replaceChildren(new Option("all", ""), ...options);
  select.value = projects.some((project) => project.name === chosen) ? chosen : "";
  byId("project-names").replaceChildren(...projects.map((project) => new Option(project.name)));
}

// --- jobs

const jobs = new Map();
let nextJobs = null;

async function loadJobs(cursor = "") {
  const query = new URLSearchParams({ limit: "30" });
  if (cursor) query.set("cursor", cursor);
  const page = await ask("/jobs?" + query);
  if (!cursor) {
    jobs.clear();
    byId("job-list").replaceChildren();
  }
  for (const job of page.jobs) place(job, false);
  nextJobs = page.next;
  byId("more-jobs").hidden = !nextJobs;
  byId("no-jobs").hidden = jobs.size > 0;
}

byId("more-jobs").addEventListener("click", () => doing(() => loadJobs(nextJobs)));

/** Shows a job, in its place when it is there already. */
function place(job, isNew) {
  let item = jobs.get(job.id);
  if (!item) {
    item = byId("job-template").content.firstElementChild.cloneNode(true);
    item.addEventListener("click", (event) => act(event, item));
    jobs.set(job.id, item);
    if (isNew) byId("job-list").prepend(item);
    else byId("job-list").append(item);
    byId("no-jobs").hidden = true;
  }
  draw(item, job);
}

function draw(item, job) {
  // Answers may overtake each other.
  if (item.dataset.updated > job.updated_at) return;
  item.dataset.updated = job.updated_at;
  item.dataset.id = job.id;
  const files = job.files;
  const done = files.found - files.pending;
  item.querySelector("h3").textContent = job.directory + (job.kind === "snapshot" ? " (snapshot)" : "");
  const status = item.querySelector(".status");
  status.textContent = job.interrupted ? job.status + ", interrupted" : job.status;
  status.dataset.status = job.status;
  const bar = item.querySelector("progress");
  bar.hidden = ended.includes(job.status);
  bar.setAttribute("aria-label", "Progress of " + job.directory);
  if (job.status !== "queued" && !files.found) bar.removeAttribute("value");
  else bar.value = files.found ? done / files.found : 0;
  item.querySelector(".job-text").textContent = jobSentence(job, done);
  drawOutcomes(item, job);
  const error = item.querySelector(".job-error");
  error.hidden = !job.error;
  error.textContent = job.error ? job.error.message : "";
  const legal = {
    pause: ["queued", "running"], resume: ["paused", "pausing"], retry: ["failed"],
    cancel: ["queued", "running", "pausing", "paused", "failed"],
  };
  for (const button of item.querySelectorAll("button")) {
    button.hidden = !legal[button.dataset.act].includes(job.status);
    button.setAttribute("aria-label", button.textContent + " the job for " + job.directory);
  }
}

function jobSentence(job, done) {
  const parts = [job.project];
  if (job.queue_position) parts.push("position " + job.queue_position + " of the queue");
  if (job.files.found) parts.push(number(done) + " of " + number(job.files.found) + " files");
  else if (job.phase && job.status === "running") parts.push(job.phase);
  if (job.status === "running" && job.rate.files_per_second >= 1) {
    parts.push(number(Math.round(job.rate.files_per_second)) + " files/s");
  }
  if (job.eta_seconds !== null && job.status === "running") parts.push(duration(job.eta_seconds) + " left");
  if (job.completed_at && job.started_at) {
    parts.push("took " + duration((new Date(job.completed_at) - new Date(job.started_at)) / 1000));
  }
  if (job.pause_reason === "disk_low") parts.push("paused itself: the disk is nearly full");
  parts.push(new Date(job.created_at).toLocaleString());
  return parts.join(" · ");
}

function duration(seconds) {
  if (seconds < 1) return "under a second";
  if (seconds < 90) return Math.round(seconds) + " s";
  if (seconds < 5400) return Math.round(seconds / 60) + " min";
  return (seconds / 3600).toFixed(1) + " h";
}

/** A bar whose parts are the outcomes, and in words what they are. */
function drawOutcomes(item, job) {
  const chart = item.querySelector(".outcomes");
  const legend = item.querySelector(".legend");
  const names = ["indexed", "unchanged", "skipped", "failed"];
  const counts = names.map((name) => job.files[name]);
  chart.hidden = legend.hidden = !counts.some(Boolean);
  if (chart.hidden) return;
  const parts = names.flatMap((name, index) => {
    if (!counts[index]) return [];
    const part = document.createElement("span");
    part.className = name;
    part.style.flexGrow = counts[index];
    return [part];
  });
  if (job.files.pending) {
    const rest = document.createElement("span");
    rest.style.flexGrow = job.files.pending;
    parts.push(rest);
  }
  chart.replaceChildren(...parts);
  const words = names.flatMap((name, index) => {
    if (!counts[index]) return [];
    const reasons = Object.entries(job.reasons[name] || {}).map(([reason, count]) => reason + " " + number(count));
    return [[name, number(counts[index]) + " " + name + (reasons.length ? " (" + reasons.join(", ") + ")" : "")]];
  });
  chart.setAttribute("aria-label", words.map((word) => word[1]).join(", "));
  legend.replaceChildren(...words.flatMap(([name, text]) => {
    const box = document.createElement("i");
    box.className = name;
    return [box, text];
  }));
}

async function act(event, item) {
  const verb = event.target.dataset?.act;
  if (!verb) return;
  const id = item.dataset.id;
  if (verb === "cancel" && !(await confirmed("Cancel this job?", "What was indexed so far stays; a snapshot that is being built goes.", null))) return;
  event.target.disabled = true;
  const job = await doing(() => ask("/jobs/" + id + "/" + verb, { method: "POST" }));
  event.target.disabled = false;
  if (job) {
    draw(item, job);
    byId("jobs-said").textContent = "The job for " + job.directory + " is " + job.status + ".";
  }
}

byId("start-form").addEventListener("submit", async (event) => {
  event.preventDefault();
  const form = event.target;
  const body = { directory: form.elements.directory.value.trim(), build: form.elements.build.value };
  if (form.elements.project.value.trim()) body.project = form.elements.project.value.trim();
  const job = await doing(() => send("POST", "/ingest", body));
  if (!job) return;
  remember("directory", body.directory);
  place(job, true);
  byId("jobs-said").textContent = "Started: " + job.directory + ".";
  loadProjectNames();
});

// --- projects

async function loadProjects() {
  const { projects } = await ask("/projects");
  byId("no-projects").hidden = projects.length > 0;
  byId("project-list").replaceChildren(...projects.map(projectItem));
}

byId("project-form").addEventListener("submit", async (event) => {
  event.preventDefault();
  const name = event.target.elements.name.value.trim();
  const made = await doing(() => send("POST", "/projects", { name }));
  if (!made) return;
  event.target.reset();
  remember("open-project", name);
  await doing(loadProjects);
  byId("projects-said").textContent = "Made " + name + ".";
});

function drawFacts(item, project) {
  const facts = [number(project.files) + " files", number(project.units) + " units", bytes(project.bytes_on_disk) + " on disk"];
  if (project.problem) facts.push(project.problem);
  item.querySelector(".project-text").textContent = facts.join(" · ");
  const count = project.sources.length;
  item.querySelector(".source-box summary").textContent = number(count) + (count === 1 ? " source" : " sources");
}

function projectItem(project) {
  const item = byId("project-template").content.firstElementChild.cloneNode(true);
  item.querySelector("h3").textContent = project.name;
  drawFacts(item, project);
  const path = "/projects/" + encodeURIComponent(project.name);
  sourcesOf(project, path, item);
  const details = item.querySelector(".preferences");
  const form = details.querySelector("form");
  details.addEventListener("toggle", () => details.open && doing(async () => {
    const preferences = await ask(path + "/preferences");
    form.elements.searched.value = preferences.searched.join(", ");
    form.elements.context.value = preferences.context.join(", ");
    const tables = project.sources.flatMap((source) => source.version?.tables ?? []);
    const known = [...new Set(tables.flatMap((table) => table.columns))];
    form.querySelector(".known-columns").hidden = !known.length;
    form.querySelector(".known-columns").textContent = "Columns of uploaded tables: " + known.slice(0, 200).join(", ");
  }));
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    const list = (name) => form.elements[name].value.split(",").map((word) => word.trim()).filter(Boolean);
    doing(async () => {
      const kept = await send("PUT", path + "/preferences", { searched: list("searched"), context: list("context") });
      const due = kept.due.length;
      byId("projects-said").textContent =
        "Kept." + (due ? " " + due + " of its sources are to be indexed again: Index again does it." : "");
    });
  });
  item.querySelector('[data-act="reprocess"]').addEventListener("click", () => doing(async () => {
    const made = await send("POST", path + "/reprocess");
    byId("projects-said").textContent = "Made " + made.jobs.length + (made.jobs.length === 1 ? " job." : " jobs.");
  }));
  item.querySelector('[data-act="remove"]').addEventListener("click", async () => {
    const text = "Its index goes for good; the files themselves stay.";
    if (!(await confirmed("Remove " + project.name + "?", text, project.name))) return;
    await doing(() => ask(path + "?confirm=" + encodeURIComponent(project.name), { method: "DELETE" }));
    await doing(loadProjects);
    byId("projects-said").textContent = "Removed " + project.name + ".";
  });
  return item;
}

function bytes(count) {
  for (const [unit, factor] of [["GB", 1e9], ["MB", 1e6], ["kB", 1e3]]) {
    if (count >= factor) return (count / factor).toFixed(1) + " " + unit;
  }
  return count + " B";
}

/** Asks before what cannot be taken back. With a name, that has to be typed. */
function confirmed(title, text, name) {
  const dialog = byId("confirm");
  byId("confirm-title").textContent = title;
  byId("confirm-text").textContent = text;
  byId("confirm-label").hidden = name === null;
  const input = byId("confirm-name");
  const yes = byId("confirm-yes");
  input.value = "";
  yes.disabled = name !== null;
  input.oninput = () => { yes.disabled = name !== null && input.value !== name; };
  dialog.returnValue = "no";
  dialog.showModal();
  return new Promise((done) => {
    dialog.onclose = () => done(dialog.returnValue === "yes" && (name === null || input.value === name));
  });
}

// --- audit

let nextAudit = null;

async function loadAudit(fromTheStart) {
  const query = new URLSearchParams({ limit: "50" });
  if (!fromTheStart && nextAudit) query.set("before", nextAudit);
  const page = await ask("/audit?" + query);
  const rows = page.events.map((event) => {
    const row = document.createElement("tr");
    for (const text of [new Date(event.at).toLocaleString(), event.actor, event.action, event.project, event.subject, event.detail]) {
      row.insertCell().textContent = text ?? "";
    }
    return row;
  });
  if (fromTheStart) byId("audit-rows").replaceChildren(...rows);
  else byId("audit-rows").append(...rows);
  nextAudit = page.next;
  byId("more-audit").hidden = !nextAudit;
  byId("no-audit").hidden = byId("audit-rows").children.length > 0;
}

byId("more-audit").addEventListener("click", () => doing(() => loadAudit(false)));

// --- news

let lastEvent = null;

/** Follows /events for as long as the page is open. Comes again with the id of the last event, so that none is missed. */
let following = null;

async function follow() {
  following?.abort();
  const mine = (following = new AbortController());
  for (let wait = 500; !mine.signal.aborted; wait = Math.min(wait * 2, 10_000)) {
    try {
      const more = lastEvent === null ? {} : { "Last-Event-ID": String(lastEvent) };
      const response = await fetch("/events", { headers: headers(more), cache: "no-store", signal: mine.signal });
      if (response.status === 401) return;
      if (!response.ok) throw new Refused(response.status);
      byId("connection").textContent = "live";
      wait = 500;
      if (!byId("jobs").hidden) doing(loadJobs);
      await read(response.body.pipeThrough(new TextDecoderStream()).getReader());
    } catch {
      // Said below; and tried again.
    }
    if (mine.signal.aborted) return;
    byId("connection").textContent = "not connected; trying again";
    await new Promise((done) => setTimeout(done, wait));
  }
}

async function read(reader) {
  for (let rest = ""; ; ) {
    const { value, done } = await reader.read();
    if (done) return;
    const frames = (rest + value).split("\n\n");
    rest = frames.pop();
    for (const frame of frames) take(frame);
  }
}

function take(frame) {
  const fields = {};
  for (const line of frame.split("\n")) {
    const colon = line.indexOf(": ");
    if (colon > 0) fields[line.slice(0, colon)] = line.slice(colon + 2);
  }
  if (fields.id) lastEvent = Number(fields.id);
  if (!fields.data) return;
  const data = JSON.parse(fields.data);
  if (fields.event === "progress") {
    if (jobs.has(data.id)) draw(jobs.get(data.id), data);
    return;
  }
  if (data.job) refresh(data.job, fields.event === "created" || data.to === "running");
  // The sources of the projects that are open show their last job.
  if (!byId("projects").hidden && ended.includes(data.to)) reloadSourcesSoon();
}

let reloadTimer = null;

/** At most once a second: a hundred files may end together. */
function reloadSourcesSoon() {
  reloadTimer ??= setTimeout(() => {
    reloadTimer = null;
    for (const item of byId("project-list").children) item.reloadSources();
  }, 1000);
}

/** After a move the job is looked at again: the event says only from what to what. */
async function refresh(id, isNew) {
  if (!jobs.has(id) && !isNew) return;
  try {
    place(await ask("/jobs/" + id), true);
  } catch {
    // It may be gone meanwhile; the next load of the list says so.
  }
}

function begin() {
  byId("start-form").elements.directory.value = remembered("directory");
  show();
  follow();
}

begin();
