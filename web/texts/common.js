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
  parts: ["{count} Bauteile", "{count} parts"],
  entities: ["{count} Objekte", "{count} entities"],
  truncated: ["Datei unvollständig: gelesen ist, was vor ihrem Ende vollständig war", "Incomplete file: what was whole before its end has been read"],
  loading: ["Wird geladen …", "Loading …"],
  close: ["Schließen", "Close"],
  more: ["Weitere laden", "Load more"],
};
