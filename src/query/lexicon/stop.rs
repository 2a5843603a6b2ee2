//! Words that carry no meaning of their own in a question about a building.

use std::collections::HashSet;
use std::sync::LazyLock;

/// Separated by bars, folded.
const WORDS: &str = "\
different|distinct|stecken|verschieden|verschiedene|verschiedenen|a|aber|across|all|alle|allen|aller|alles|als|also|am|an|and|any|are|as|auf|aus|ausgewiesen|bauwerk|bauwerks|be|\
been|befinden|befindet|bei|being|beinhalten|beinhaltet|bitte|both|building|built|built in|bzw|can|classified|\
come|contain|contained|containing|contains|da|das|dass|dem|den|denn|der|deren|des|dessen|did|die|dies|diese|\
diesem|diesen|dieser|dieses|dir|do|does|drin|du|durch|eigentlich|ein|eine|einem|einen|einer|eines|eingebauten|\
eingesetzt|element|enthaelt|enthalten|er|es|exist|existieren|exists|find|for|from|fuer|ganze|ganzen|gebaeude|\
gebaeudes|geben|gegeben|gekennzeichnet|gemacht|genau|gesetzt|give|given|habe|haette|haus|hauses|he|here|hier|\
house|how|i|ich|ihr|ihre|installed|is|ist|it|its|jeweils|kann|koennen|kommen|kommt|lautet|liegen|liegt|located|\
made|man|marked|me|mir|model|modell|modells|moechte|my|occur|occurs|oder|onto|or|our|over|please|present|\
project|projekt|projekts|respectively|s|sag|sage|say|she|show|sich|sie|sind|so|stand|stehen|steht|tell|than|erstellt|created|wann|when|zuletzt|last|state|angeben|muesste|muessten|gern|gerne|code|codes|nennt|wuerden|wuerde|koennten|koennte|koenntest|duerfte|waeren|waere|could|may|ask|check|nachsehen|nachschauen|heraussuchen|pruefen|braeuchte|brauche|brauchen|benoetige|benoetigen|need|still|gerade|bearbeite|bearbeiten|working|work|dafuer|zwar|heute|morgen|today|tomorrow|hallo|hello|hi|fragen|frage|sagen|nennen|nenn|mal|kurz|angabe|angaben|property|attribut|attribute|parameter|datei|file|gespeichert|stored|included|erzeugt|generated|whole|entire|complete|davon|thereof|one|ones|among|amongst|ihnen|dank|technischen|technische|technical|items|item|vorkommt|gibt|+|&|muss|muessen|must|abgeben|hin|zahl|nutze|kennen|know|wissen|exportiert|exported|gezeichnet|drawn|\
that|the|their|them|there|these|they|this|those|to|ueber|um|und|uns|unser|unsere|unserem|up|us|used|value|\
values|verbaut|verbaute|verbauten|verwendet|verwendete|verwendeten|vor|vorhanden|vorkommen|want|war|waren|was|\
we|weisen|werden|were|wert|werte|wertes|wie|will|wir|wird|worden|would|wurde|wurden|you|zu|zum|zur";

static STOP_WORDS: LazyLock<HashSet<&'static str>> = LazyLock::new(|| WORDS.split('|').collect());

/// Whether a folded word may be passed over.
pub(in crate::query) fn is_stop_word(word: &str) -> bool {
    STOP_WORDS.contains(word)
}
