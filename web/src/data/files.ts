/** Sends files to the hub and tells how far they are, which `fetch` cannot. */

import { refused, unanswered } from "./error.ts";
import type { Http } from "./http.ts";
import type { FileInfo } from "./types.ts";

const DEADLINE_MS = 600_000;

export class FilesApi {
  constructor(private readonly http: Http) {}

  /** Upload a file. `told` hears the share that is sent; `signal` gives it up. Throws ApiError. */
  upload(file: File, told: (share: number) => void, signal: AbortSignal): Promise<FileInfo> {
    return new Promise((resolve, reject) => {
      const request = new XMLHttpRequest();
      request.open("POST", this.http.address("files", { name: file.name }));
      request.timeout = DEADLINE_MS;
      request.responseType = "json";
      request.setRequestHeader("content-type", file.type || "application/octet-stream");
      if (this.http.csrf) request.setRequestHeader("x-csrf-token", this.http.csrf);
      request.upload.onprogress = ({ loaded, total }) => told(total > 0 ? loaded / total : 0);
      const lost = () => reject(unanswered(null));
      request.onerror = request.onabort = lost;
      request.ontimeout = () => reject(unanswered(new DOMException("late", "TimeoutError")));
      request.onload = () => {
        if (request.status === 201) return resolve(request.response as FileInfo);
        const error = refused(request.status, request.response);
        if (error.code === "unauthenticated") this.http.onSignedOut();
        reject(error);
      };
      signal.addEventListener("abort", () => request.abort(), { once: true });
      request.send(file);
    });
  }

  remove(id: string): Promise<void> {
    return this.http.send("DELETE", `files/${encodeURIComponent(id)}`);
  }

  /** Where a file is read. */
  href(id: string): string {
    return this.http.address(`files/${encodeURIComponent(id)}`).href;
  }
}
