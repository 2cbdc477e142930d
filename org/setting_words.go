package org

// SearchSynonyms names the setting of words that mean the same when the public
// searches 同义词: groups of words, one a line. What an organ decides holds for it
// and all below it, beside what was decided above. It is edited on a page of its
// own.
const SearchSynonyms = "search.synonyms"
