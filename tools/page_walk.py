"""Goes through the web page as a person does, in a headless Chromium.

usage: tools/page [--program PATH] [--shots DIR]
  --program  the built program (default: built from the sources)
  --shots    where screenshots go, to be looked at (default: none are kept)

Starts a service with a scratch directory, and goes by the page alone: the empty states; a job from its start over pause
and resume to its end, with its progress; a search as it is typed, with marked words, and the project chosen last; columns
kept; a project indexed again, and removed after its name was typed; a project made for
files, which are uploaded, several at once, one refused, one in two versions, and one taken out; a project of 10,000
sources, with the time until it is shown; the audit. Then the service is ended in the middle
of a job and begun again: the page finds it, and the job. In 360 and 1,600 pixels, in light and in dark, no page is wider
than the screen, and axe-core finds nothing serious in any section.
"""

import argparse
import glob
import os
import shutil
import signal
import sqlite3
import subprocess
import sys
import tempfile
import time

import axe_selenium_python
from selenium import webdriver
from selenium.webdriver.common.by import By
from selenium.webdriver.common.keys import Keys
from selenium.webdriver.support.ui import Select, WebDriverWait

ROOT = os.path.dirname(os.path.dirname(os.path.realpath(__file__)))
AXE = glob.glob(os.path.dirname(axe_selenium_python.__file__) + "/**/axe.min.js", recursive=True)[0]
SECTIONS = ("search", "jobs", "projects", "audit")


class Service:
    def __init__(self, program, scratch):
        self.program, self.scratch, self.port = program, scratch, 0
        self.begin()

    def begin(self):
        environment = {
            "HOME": self.scratch, "PATH": "/usr/bin:/bin", "INDEXER_DATA_DIR": self.scratch + "/data",
            "INDEXER_MIN_FREE": "1M",
        }
        self.process = subprocess.Popen(
            [self.program, "serve", "--port", str(self.port), "--log-level", "warning"], env=environment,
            stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, text=True)
        self.url = self.process.stdout.readline().split()[-1]
        self.port = int(self.url.rstrip("/").rpartition(":")[2])

    def end(self, number=signal.SIGTERM):
        self.process.send_signal(number)
        self.process.wait(timeout=15)


class Page:
    def __init__(self, service, shots):
        options = webdriver.ChromeOptions()
        for word in ("--headless=new", "--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage"):
            options.add_argument(word)
        options.set_capability("goog:loggingPrefs", {"browser": "ALL"})
        self.browser = webdriver.Chrome(options=options, service=webdriver.ChromeService("/usr/bin/chromedriver"))
        self.service, self.shots, self.shot = service, shots, 0

    def close(self):
        self.browser.quit()

    def look(self, width, scheme):
        self.browser.execute_cdp_cmd(
            "Emulation.setDeviceMetricsOverride",
            {"width": width, "height": 900, "deviceScaleFactor": 1, "mobile": width < 500})
        self.browser.execute_cdp_cmd(
            "Emulation.setEmulatedMedia", {"features": [{"name": "prefers-color-scheme", "value": scheme}]})

    def open(self, section=""):
        self.browser.get(self.service.url + ("#" + section if section else ""))
        self.until(lambda: self.said("connection") == "live", "the page is not live")

    def go(self, section):
        self.one(f'nav a[href="#{section}"]').click()
        self.until(lambda: self.one(f"#{section}").is_displayed(), f"{section} is not shown")

    def one(self, selector):
        return self.browser.find_element(By.CSS_SELECTOR, selector)

    def all(self, selector):
        return self.browser.find_elements(By.CSS_SELECTOR, selector)

    def said(self, name):
        return self.one("#" + name).text

    def until(self, holds, words, seconds=30):
        try:
            WebDriverWait(self.browser, seconds, poll_frequency=0.05, ignored_exceptions=(Exception,)).until(
                lambda _: holds())
        except Exception:
            self.picture("failed")
            raise SystemExit(f"FINDING: {words}; problem: {self.said('problem')!r}") from None

    def press(self, selector):
        self.until(lambda: self.one(selector).is_displayed(), f"{selector} is not there")
        self.one(selector).click()

    def picture(self, name):
        if self.shots:
            self.shot += 1
            self.browser.save_screenshot(f"{self.shots}/{self.shot:02}-{name}.png")

    def audit(self, name):
        """axe-core's findings that keep people out, and nothing wider than the screen."""
        with open(AXE, encoding="utf-8") as file:
            self.browser.execute_script(file.read())
        found = self.browser.execute_async_script(
            "const done = arguments[0]; axe.run().then((result) => done(result.violations))")
        serious = [
            (rule["id"], rule["impact"], [node["target"] for node in rule["nodes"]][:3]) for rule in found
            if rule["impact"] in ("serious", "critical")]
        need(not serious, f"{name}: axe-core finds {serious}")
        wide = self.browser.execute_script(
            "return document.documentElement.scrollWidth - document.documentElement.clientWidth")
        need(wide <= 0, f"{name}: {wide} pixels wider than the screen")


def need(holds, words):
    if not holds:
        raise SystemExit(f"FINDING: {words}")


def make_trees(scratch):
    for number in range(30_000):
        write(f"{scratch}/large/d{number % 50}/f{number}.txt", f"large number{number}\n" + "filler words here\n" * 40)
    for number in range(30):
        write(f"{scratch}/small/f{number}.md", f"# Heading {number}\n\nThe quick page cache of file {number}.\n")
    write(f"{scratch}/small/table.csv", "region,amount,note\nNord,12,pears\nSued,7,apples\n")
    write(f"{scratch}/small/blob.bin", "\0\1\2")


def write(path, text):
    os.makedirs(os.path.dirname(path), exist_ok=True)
    with open(path, "w", encoding="utf-8") as file:
        file.write(text)


def walk(page, scratch):
    page.look(1600, "light")
    page.open()
    page.one('#search-form [name="q"]').send_keys("anything")
    page.until(lambda: "Nothing is indexed yet" in page.said("search-said"), "an empty index does not say what to do")
    page.go("jobs")
    page.until(lambda: page.one("#no-jobs").is_displayed(), "no empty state for jobs")
    page.picture("no-jobs")

    start(page, scratch + "/large")
    first = "#job-list > li:first-child "
    page.until(
        lambda: 0 < float(page.one(first + "progress").get_attribute("value") or 0) < 1, "no progress is shown")
    page.picture("progress")
    page.press(first + '[data-act="pause"]')
    page.until(lambda: page.one(first + ".status").text == "paused", "the job is not paused")
    done = page.one(first + ".job-text").text
    page.picture("paused")
    page.press(first + '[data-act="resume"]')
    page.until(lambda: page.one(first + ".status").text == "completed", "the job does not end", 120)
    need("30,000 of 30,000" in page.one(first + ".job-text").text, f"not all: {page.one(first + '.job-text').text}")
    need(page.one(first + ".outcomes").get_attribute("aria-label") == "30,000 indexed", "the chart does not say it")
    print(f"paused at: {done}")

    ask_for(page, scratch + "/nowhere")
    page.until(lambda: "does not exist" in page.said("problem"), "a directory that is not there is no problem")
    start(page, scratch + "/small")
    page.until(lambda: page.one(first + ".status").text == "completed", "the small job does not end")
    need("binary 1" in page.one(first + ".legend").text, "the legend has no reason")
    page.picture("completed")

    page.go("search")
    words = page.one('#search-form [name="q"]')
    words.clear()
    words.send_keys("page cach")
    page.until(lambda: page.all("#hits mark"), "nothing is marked as it is typed")
    words.send_keys("e")
    time.sleep(0.5)  # as it is typed, each letter is a search
    page.until(lambda: len(page.all("#hits > li")) == 20, "not a page of hits")
    page.press("#more-hits")
    page.until(lambda: len(page.all("#hits > li")) == 30, "no more hits")
    Select(page.one('#search-form [name="project"]')).select_by_visible_text("small")
    page.browser.refresh()
    page.until(
        lambda: Select(page.one('#search-form [name="project"]')).first_selected_option.text == "small",
        "the project chosen last is forgotten")
    page.one('#search-form [name="q"]').send_keys("region nord")
    page.until(lambda: "row" in page.one("#hits .facts").text, "a row of a table has no place")
    write(scratch + "/small/table.csv", "region,amount,note\nNord,13,plums and more\n")
    page.one('#search-form [name="q"]').send_keys(Keys.ENTER)
    page.until(lambda: page.all("#hits .stale"), "what has changed is not marked")
    page.picture("search")

    page.go("projects")
    page.until(lambda: len(page.all("#project-list > li")) == 2, "two projects are not shown")
    small = page.all("#project-list > li")[1]
    small.find_element(By.CSS_SELECTOR, ".preferences summary").click()
    field = small.find_element(By.CSS_SELECTOR, '[name="searched"]')
    page.until(field.is_displayed, "columns are not shown")
    field.send_keys("region")
    small.find_element(By.CSS_SELECTOR, ".preferences button").click()
    page.until(lambda: "to be indexed again" in page.said("projects-said"), "the choice is not kept")
    small.find_element(By.CSS_SELECTOR, '[data-act="reprocess"]').click()
    page.until(lambda: "Made 1 job" in page.said("projects-said"), "nothing is indexed again")
    page.picture("projects")
    page.go("jobs")
    page.until(lambda: page.one(first + ".status").text == "completed", "the project is not indexed again")
    page.go("projects")
    page.until(lambda: len(page.all("#project-list > li")) == 2, "two projects are not shown again")
    page.all("#project-list > li")[1].find_element(By.CSS_SELECTOR, '[data-act="remove"]').click()
    need(not page.one("#confirm-yes").is_enabled(), "a project goes without its name")
    page.one("#confirm-name").send_keys("small")
    page.picture("confirm")
    page.one("#confirm-yes").click()
    page.until(lambda: len(page.all("#project-list > li")) == 1, "the project is not removed")

    upload(page, scratch)
    switch(page, scratch)

    page.go("audit")
    page.until(lambda: "remove_source" in page.one("#audit-rows tr").text, "the audit does not begin with the newest")
    page.until(lambda: any("remove_project" in row.text for row in page.all("#audit-rows tr")),
        "the removal of a project is not in the audit")
    need("http:local@127.0.0.1" in page.one("#audit-rows tr").text, "the audit does not say who")

    # Ended in the middle of a job, and begun again.
    page.go("jobs")
    page.until(lambda: page.one("#job-list > li").is_displayed(), "the jobs are not shown")
    for number in range(0, 30_000, 2):
        write(f"{scratch}/large/d{number % 50}/f{number}.txt", f"changed number{number}\n" + "other words here\n" * 40)
    start(page, scratch + "/large")
    page.until(
        lambda: 0 < float(page.one(first + "progress").get_attribute("value") or 0) < 1, "no progress of the second run")
    page.service.end(signal.SIGKILL)
    page.until(lambda: "not connected" in page.said("connection"), "the page does not say that the service is gone")
    page.service.begin()
    page.until(lambda: page.said("connection") == "live", "the page does not come back")
    page.until(lambda: page.one(first + ".status").text == "completed", "the job does not go on", 120)
    page.picture("after-restart")

    # The keyboard alone: the first stop leads past the navigation.
    page.browser.get("about:blank")
    page.open()
    page.browser.switch_to.active_element.send_keys(Keys.TAB)
    need(page.browser.switch_to.active_element.get_attribute("class") == "skip", "the first stop is not the skip link")


def upload(page, scratch):
    """Files, by the page alone."""
    page.one('#project-form [name="name"]').send_keys("papers", Keys.ENTER)
    page.until(lambda: "papers" in page.one("#project-list").text, "the project is not made")
    card = page.all("#project-list > li")[1]
    page.until(lambda: card.find_element(By.CSS_SELECTOR, ".no-sources").is_displayed(), "an empty project is not told")
    write(scratch + "/up/sales.csv", "region,amount\nNord,12\n")
    write(scratch + "/up/notes.md", "# Notes\n\nAn uploaded quince.\n")
    write(scratch + "/up/blob.bin", "\0\1\2\0")
    send = lambda *names: card.find_element(By.CSS_SELECTOR, 'input[type="file"]').send_keys(
        "\n".join(f"{scratch}/up/{name}" for name in names))
    said = lambda: [line.text for line in card.find_elements(By.CSS_SELECTOR, ".upload-said")]
    send("sales.csv", "notes.md", "blob.bin")
    page.until(lambda: len(said()) == 3 and all(said()), "not each file has its word")
    need(sum("version 1" in text for text in said()) == 2, f"two files are not taken: {said()}")
    need(any("not read" in text for text in said()), f"one file is not refused: {said()}")
    listed = lambda: [item.text for item in card.find_elements(By.CSS_SELECTOR, ".sources > .source")]
    page.until(
        lambda: len(listed()) == 2 and all("last job completed" in text for text in listed()),
        "the sources are not shown with their jobs")
    need(any("Columns: region, amount" in text for text in listed()), f"no columns: {listed()}")
    send("notes.md")
    page.until(lambda: "is there already" in said()[-1], "the same bytes are not recognised")
    write(scratch + "/up/notes.md", "# Notes\n\nAn uploaded medlar.\n")
    card.find_element(By.CSS_SELECTOR, '.upload-form [name="label"]').send_keys("second")
    send("notes.md")
    page.until(lambda: any("version 2 “second”" in text for text in listed()), "the second version is not shown")
    page.until(lambda: all("last job completed" in text for text in listed()), "the second version is not indexed")
    history = [item for item in card.find_elements(By.CSS_SELECTOR, ".source details") if item.is_displayed()]
    history[0].find_element(By.CSS_SELECTOR, "summary").click()
    page.until(lambda: len(history[0].find_elements(By.CSS_SELECTOR, "li")) == 2, "the versions are not shown")
    page.picture("uploads")
    page.go("search")
    words = page.one('#search-form [name="q"]')
    Select(page.one('#search-form [name="project"]')).select_by_visible_text("papers")
    for word, count in (("medlar", 1), ("quince", 0)):
        words.clear()
        words.send_keys(word)
        page.until(
            lambda: page.said("search-said") and len(page.all("#hits > li")) == count, f"{word} is found wrongly")
    page.go("projects")
    page.until(lambda: len(listed_in(page, "papers")) == 2, "what was open is not open again")
    page.one('[aria-label="Take out sales.csv"]').click()
    page.one("#confirm-yes").click()
    page.until(lambda: len(listed_in(page, "papers")) == 1, "the source is not taken out")


def listed_in(page, project):
    cards = [card for card in page.all("#project-list > li") if card.find_element(By.CSS_SELECTOR, "h3").text == project]
    return cards[0].find_elements(By.CSS_SELECTOR, ".sources > .source")


def switch(page, scratch):
    """A project of 10,000 sources: how long until it is shown, and until it is searched."""
    with sqlite3.connect(scratch + "/data/queue.db") as queue:
        (project,) = queue.execute("SELECT id FROM projects WHERE name = 'papers'").fetchone()
        for number in range(10_000):
            row = queue.execute(
                "INSERT INTO sources (project_id, kind, path, options, created_at, version) "
                "SELECT ?, 'upload', ?, options, 0, 1 FROM sources LIMIT 1", (project, f"upload:/many-{number}.csv"))
            queue.execute(
                "INSERT INTO upload_versions VALUES (?, 1, NULL, 'csv', ?, 100, ?, 0, 'test')",
                (row.lastrowid, "0" * 32, '[{"sheet":null,"columns":["region","amount","date","note"]}]'))
    page.go("search")
    words = page.one('#search-form [name="q"]')
    words.clear()
    words.send_keys("medlar")
    page.until(lambda: page.all("#hits > li"), "nothing is found")
    began = time.monotonic()
    Select(page.one('#search-form [name="project"]')).select_by_visible_text("large")
    page.until(lambda: not page.all("#hits > li"), "the other project is not searched")
    Select(page.one('#search-form [name="project"]')).select_by_visible_text("papers")
    page.until(lambda: page.all("#hits > li"), "the project is not searched again")
    searched = time.monotonic() - began
    began = time.monotonic()
    page.go("projects")
    page.until(lambda: len(listed_in(page, "papers")) == 100, "10,000 sources are not shown")
    shown = time.monotonic() - began
    print(f"10,000 sources: searched there and back after {searched:.2f} s, shown after {shown:.2f} s")
    page.picture("many")
    page.go("search")
    Select(page.one('#search-form [name="project"]')).select_by_visible_text("all")
    with sqlite3.connect(scratch + "/data/queue.db") as queue:
        queue.execute("DELETE FROM upload_versions WHERE created_by = 'test'")
        queue.execute("DELETE FROM sources WHERE path LIKE 'upload:/many-%'")


def start(page, directory):
    before = len(page.all("#job-list > li"))
    ask_for(page, directory)
    page.until(
        lambda: len(page.all("#job-list > li")) > before and page.one("#job-list h3").text == directory,
        f"no job for {directory} is shown")


def ask_for(page, directory):
    field = page.one('#start-form [name="directory"]')
    field.clear()
    field.send_keys(directory, Keys.ENTER)


def looks(page):
    for width in (360, 1600):
        for scheme in ("light", "dark"):
            page.look(width, scheme)
            for section in SECTIONS:
                page.open(section)
                if section == "search":
                    page.one('#search-form [name="q"]').send_keys("changed number")
                    page.until(lambda: page.all("#hits > li"), "no hits")
                else:
                    time.sleep(0.3)
                page.picture(f"{section}-{width}-{scheme}")
                page.audit(f"{section}, {width} px, {scheme}")


def main():
    parser = argparse.ArgumentParser(add_help=False)
    parser.add_argument("--program")
    parser.add_argument("--shots")
    parser.add_argument("-h", "--help", action="store_true")
    options = parser.parse_args()
    if options.help:
        print(__doc__.strip())
        return
    program = options.program
    if program is None:
        subprocess.run([ROOT + "/tools/indexer", "--version"], check=True, stdout=subprocess.DEVNULL)
        program = ROOT + "/.build/indexer/indexer"
    if options.shots:
        os.makedirs(options.shots, exist_ok=True)
    scratch = tempfile.mkdtemp(prefix="walk-")
    make_trees(scratch)
    service = Service(os.path.realpath(program), scratch)
    page = Page(service, options.shots)
    try:
        walk(page, scratch)
        looks(page)
        refused = [line for line in page.browser.get_log("browser") if "Content Security Policy" in line["message"]]
        need(not refused, f"the page breaks its own policy: {refused}")
    finally:
        page.close()
        service.end(signal.SIGKILL)
        shutil.rmtree(scratch)
    print("no finding")


if __name__ == "__main__":
    sys.exit(main())
