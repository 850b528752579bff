// What JupyterLab needs to know of our notebooks: which language to show, how cards and numbers
// look, and that a choice in the panel runs the notebook anew. Written by hand as the module
// container that JupyterLab loads, so that nothing has to be built.
(() => {
  const name = "half-the-sky";
  const here = document.currentScript.src;
  let scope;

  async function shared(library) {
    const versions = scope[library];
    return (await versions[Object.keys(versions)[0]].get())();
  }

  // The language that the notebook's parameters name; Chinese where they name none.
  function written(notebook) {
    for (const cell of notebook.widgets) {
      const tags = cell.model.getMetadata("tags") || [];
      const found = /^lang\b[^=\n]*=\s*["'](zh|en)["']/m.exec(cell.model.sharedModel.getSource());
      if (tags.includes("parameters") && found) return found[1];
    }
    return "";
  }

  // Hide the Markdown of the other language; notebooks that are not ours have no such tags.
  function show(notebook, lang) {
    const other = lang === "en" ? "zh" : "en";
    for (const cell of notebook.widgets) {
      const tags = cell.model.getMetadata("tags") || [];
      const hidden = cell.model.type === "markdown" && tags.includes(other) && !tags.includes(lang);
      cell.node.classList.toggle("halfsky-other", hidden);
    }
    notebook.node.lang = lang === "en" ? "en" : "zh-CN";
  }

  function plugin(INotebookTracker, NotebookActions) {
    function attend(panel) {
      const notebook = panel.content;
      let chosen = "";
      let before = "";
      const again = () => {
        const now = written(notebook);
        if (now !== before) [before, chosen] = [now, ""]; // whoever edits the cell means it
        if (now) show(notebook, chosen || now);
      };
      // A kernel's description of itself is no change that anybody made: nothing to save.
      let touched = false;
      notebook.node.addEventListener("keydown", () => { touched = true; }, true);
      NotebookActions.executed.connect((_, ran) => { touched = touched || ran.notebook === notebook; });
      panel.context.ready.then(() => {
        const model = panel.context.model;
        model.metadataChanged.connect(() => { if (!touched) model.dirty = false; });
        again();
        panel.context.model.contentChanged.connect(again);
      });
      const listen = (kernel) => {
        if (!kernel) return;
        kernel.registerCommTarget(name, (comm, message) => {
          const { lang, run } = message.content.data;
          chosen = lang;
          again();
          if (run) NotebookActions.runAll(notebook, panel.sessionContext);
        });
      };
      panel.sessionContext.kernelChanged.connect((_, change) => listen(change.newValue));
      Promise.all([panel.context.ready, panel.sessionContext.ready]).then(() => {
        const session = panel.sessionContext.session;
        listen(session && session.kernel);
        const ours = panel.context.model.getMetadata("halfsky") || {};
        if (!ours.run) return; // a copy that was opened on another place has no outputs yet
        panel.context.model.deleteMetadata("halfsky");
        NotebookActions.runAll(notebook, panel.sessionContext).then(() => {
          notebook.activeCellIndex = 0; // the reader begins at the title, not at the last cell
          notebook.node.querySelector(".jp-Cell:not(.halfsky-other)").scrollIntoView();
        });
      });
    }

    return {
      id: name + ":notebooks",
      description: "Shows notebooks in the language chosen.",
      autoStart: true,
      requires: [INotebookTracker],
      activate: (app, tracker) => {
        const sheet = document.createElement("link");
        sheet.rel = "stylesheet";
        sheet.href = new URL("lab.css", here).href;
        document.head.append(sheet);
        tracker.forEach(attend);
        tracker.widgetAdded.connect((_, panel) => attend(panel));
      },
    };
  }

  window._JUPYTERLAB = window._JUPYTERLAB || {};
  window._JUPYTERLAB[name] = {
    init: (shares) => { scope = shares; },
    get: async () => {
      const { INotebookTracker, NotebookActions } = await shared("@jupyterlab/notebook");
      return () => ({ __esModule: true, default: plugin(INotebookTracker, NotebookActions) });
    },
  };
})();
