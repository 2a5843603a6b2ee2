// Texts of the frame and of several views: German, English.

export default {
  title: ["Bauwerksmodelle befragen", "Ask building models"],
  tagline: ["Genaue Antworten aus Bauwerksmodellen", "Exact answers from building models"],
  skip: ["Zum Inhalt", "Skip to the content"],
  views: ["Ansichten", "Views"],
  models: ["Modelle", "Models"],
  ask: ["Fragen", "Ask"],
  chunks: ["Chunks", "Chunks"],
  history: ["Verlauf", "History"],
  dashboard: ["Betrieb", "Operations"],
  model: ["Modell", "Model"],
  no_model: ["Noch ist kein Modell eingelesen.", "No model has been read yet."],
  to_files: ["Zu den Modellen, um eine Datei einzulesen", "Go to the models to have a file read"],
  link_missing: ["Das Modell dieses Links gibt es auf diesem Server nicht (mehr).", "The model of this link is not on this server (any more)."],
  link_instead: ["Gezeigt wird „{name}“.", "“{name}” is shown."],
  parts: ["{count} Bauteile", "{count} parts"],
  entities: ["{count} Objekte", "{count} entities"],
  truncated: ["Datei unvollständig: gelesen ist, was vor ihrem Ende vollständig war", "Incomplete file: what was whole before its end has been read"],
  loading: ["Wird geladen …", "Loading …"],
  close: ["Schließen", "Close"],
  more: ["Weitere laden", "Load more"],
};
