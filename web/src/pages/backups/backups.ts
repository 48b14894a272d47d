/** Admin -> Backups: what is saved, whether it is whole, and how to go back to it. */

import "@awesome.me/webawesome/dist/components/button/button.js";
import { html, nothing } from "lit";
import { repeat } from "lit/directives/repeat.js";
import { bytes, comes } from "../../components/amount.ts";
import "../../components/confirm.ts";
import type { HubConfirm } from "../../components/confirm.ts";
import { define, HubElement } from "../../components/hub_element.ts";
import { icon } from "../../components/icon.ts";
import { empty, failure, noticeStyles, skeletons } from "../../components/notice.ts";
import { progressBar, progressStyles } from "../../components/progress.ts";
import { ago, exactTime } from "../../components/time.ts";
import { Resource } from "../../controllers/resource.ts";
import type { Backup, Backups } from "../../data/backups.ts";
import { base, page, pill } from "../../styles/shared.ts";
import { backupStyles } from "./backup_styles.ts";

export class PageBackups extends HubElement {
  static override styles = [base, page, pill, noticeStyles, progressStyles, backupStyles];
  readonly #backups = new Resource<Backups>(this, () => this.hub.api.backups.list());

  override connectedCallback(): void {
    super.connectedCallback();
    const reload = () => void this.#backups.reload();
    const { live } = this.hub;
    this.whileConnected(
      live.on("backup.changed", reload),
      live.on("job.changed", reload),
      live.on("reset", reload),
    );
    this.nameThePage("Backups", "Administration");
    reload();
  }

  override render() {
    const making = this.#backups.value?.making ?? "";
    return html`
      <div class="page">
        <header class="head">
          <div>
            <h1>Backups</h1>
            <p class="lead">
              Database, audit log, files and plugins in one archive, made while people go on working.
              Keep copies on another machine.
            </p>
          </div>
          <wa-button variant="brand" size="s" ?disabled=${making !== ""}
            @click=${() => void this.#create()}>
            <span slot="start">${icon("plus")}</span>Back up now
          </wa-button>
        </header>
        ${this.#content()}
      </div>
      <hub-confirm></hub-confirm>
    `;
  }

  #content() {
    const { value, error } = this.#backups;
    if (error) return failure(error, () => void this.#backups.reload());
    if (!value) return html`<div class="card">${skeletons(5)}</div>`;
    return html`
      <p class="facts small quiet">
        <span>${this.#schedule(value)}</span>
        <span>The newest ${value.keep} are kept</span>
        <a href=${this.hub.href("/admin/settings")}>Change it in the settings</a>
      </p>
      ${value.making
        ? html`<div class="card going">${
          progressBar("Progress of the backup", value.share, `packing ${value.making}`)
        }</div>`
        : nothing}
      ${value.items.length === 0 && !value.making
        ? empty("verify", "No backups yet", "The first one takes a few seconds.")
        : html`
          <ul class="card" role="list" aria-label="Backups">
            ${repeat(value.items, (backup) => backup.name, (one) => this.#row(one, value))}
          </ul>
        `}
      ${this.#howTo(value.items[0])}
    `;
  }

  #schedule({ job }: Backups): string {
    if (!job) return "No backups are made by themselves";
    const next = job.active && !job.paused && job.next_run_at ? comes(job.next_run_at) : "";
    const said = `Made ${job.schedule}`;
    if (job.paused) return `${said}, but the job is paused`;
    return next ? `${said}; next: ${next}` : said;
  }

  #row(backup: Backup, { verifying }: Backups) {
    const { name } = backup;
    return html`
      <li class="backup" data-backup=${name}>
        <div class="name">
          <b class="nums" title=${backup.created ? exactTime(backup.created) : nothing}>
            ${backup.created ? exactTime(backup.created) : name}
          </b>
          <span class="small quiet">
            ${[backup.created ? ago(backup.created) : "", backup.note].filter(Boolean).join(" · ")}
          </span>
          <span class="small quiet mono">${name}</span>
        </div>
        <div class="small nums">${bytes(backup.size)}</div>
        <div class="checked">${this.#checked(backup, verifying === name)}</div>
        <div class="acts">
          <wa-button size="s" appearance="outlined" ?disabled=${verifying !== ""}
            @click=${() => void this.#verify(name)}>
            Verify<span class="sr"> ${name}</span>
          </wa-button>
          <wa-button size="s" appearance="outlined" href=${this.hub.api.backups.file(name)}
            download=${name}>Download<span class="sr"> ${name}</span></wa-button>
          <wa-button size="s" appearance="plain" variant="danger"
            @click=${() => void this.#remove(name)}>
            Delete<span class="sr"> ${name}</span>
          </wa-button>
        </div>
        ${backup.problem ? html`<p class="why">${backup.problem}</p>` : nothing}
      </li>
    `;
  }

  #checked(backup: Backup, going: boolean) {
    if (going) return progressBar("Verifying", null, "Verifying…");
    if (backup.problem) return html`<span class="pill bad">Damaged</span>`;
    if (!backup.verified) return html`<span class="pill">Not verified</span>`;
    return html`
      <span class="pill good" title=${exactTime(backup.verified)}>
        ${icon("check")}Verified ${ago(backup.verified)}
      </span>
    `;
  }

  #howTo(newest: Backup | undefined) {
    const folder = newest?.path.replace(/\/backups\/[^/]*$/, "") ?? "DATA";
    const name = newest?.name ?? "NAME";
    return html`
      <section class="card restore" aria-label="How to restore">
        <h2>How to restore</h2>
        <p class="quiet small">
                A hub cannot replace itself while it runs. Stop it, then on its machine, as the user who
                runs it (what is there now is moved aside, not lost):
              </p>
        <pre tabindex="0">plexihub backup restore ${name} --data ${folder} --replace</pre>
        <p class="quiet small">Or try it out beside the running hub, in another folder:</p>
        <pre tabindex="0">${tryOut(folder, name)}</pre>
      </section>
    `;
  }

  async #create(): Promise<void> {
    await this.#attempt(() => this.hub.api.backups.create(""), "The backup is whole.");
  }

  async #verify(name: string): Promise<void> {
    await this.#attempt(
      () => this.hub.api.backups.verify(name),
      "Every byte is as it was written.",
    );
  }

  async #remove(name: string): Promise<void> {
    const sure = await this.renderRoot.querySelector<HubConfirm>("hub-confirm")!.ask({
      title: "Delete this backup?",
      text: `${name} cannot be brought back.`,
      action: "Delete backup",
    });
    if (sure) {
      await this.#attempt(() => this.hub.api.backups.remove(name), "The backup is deleted.");
    }
  }

  /** An answer that comes before the end (`making`, `verifying`) says nothing yet. */
  async #attempt(work: () => Promise<unknown>, done: string): Promise<void> {
    try {
      const answer = await work() as { making?: string; verifying?: string } | null;
      const goesOn = answer && (answer.making || answer.verifying);
      this.hub.say(goesOn ? "It takes longer, and goes on." : done, goesOn ? "info" : "good");
    } catch (thrown) {
      this.hub.sayError(thrown);
    }
    void this.#backups.reload();
  }
}

function tryOut(folder: string, name: string): string {
  return [
    `plexihub backup restore ${folder}/backups/${name} --into /srv/hub-again`,
    "plexihub serve --data /srv/hub-again --port 8001",
  ].join("\n");
}

define("page-backups", PageBackups);
