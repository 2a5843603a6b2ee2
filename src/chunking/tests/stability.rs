//! How much of the chunks a change of one percent of the entities changes.
