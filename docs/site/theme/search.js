// What the search of the theme does not do by itself: it looks for names, and works in pages that were opened as files.
"use strict";

// Names are searched by their parts, as they were cut for the index: nn::max_pool2d is nn max +pool2d. Short ones may be words that the index
// leaves out.
__search.transform = (query) =>
  query
    .split(/\s+/)
    .flatMap((word) => {
      const parts = word.split(/[-,:!=[\]()"/_.<>&|`*+^~]+/).filter(Boolean);
      return parts.map((part) => (parts.length > 1 && part.length > 3 ? "+" + part : part));
    })
    .join(" ");

// Browsers start no worker from a file. Where a page was opened as one, the worker's script runs in a hidden frame instead, which has what the
// script uses of a worker.
if (location.protocol === "file:") {
  // The script asks for it by this name, too.
  window.IFrameWorker = window.Worker = class extends EventTarget {
    constructor(url) {
      super();
      this.waiting = [];
      const frame = document.createElement("iframe");
      frame.hidden = true;
      frame.srcdoc = `<script src="${url}"></script>`;
      frame.onload = () => {
        this.inside = frame.contentWindow;
        this.inside.postMessage = (data) => this.answer(data);
        for (const data of this.waiting.splice(0)) this.postMessage(data);
      };
      document.body.append(frame);
    }

    answer(data) {
      this.dispatchEvent(new MessageEvent("message", { data }));
    }

    postMessage(data) {
      if (this.inside) this.inside.dispatchEvent(new MessageEvent("message", { data }));
      else this.waiting.push(data);
    }

    terminate() {}
  };
}
