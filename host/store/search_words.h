#pragma once

#include "host/ticket/ticket.h"

#include <string>
#include <string_view>
#include <vector>

namespace psa::store {

/// The longest text of a search.
constexpr std::size_t maxSearchBytes = 500;

/// `text` as it is compared in a search: without differences of case, and with a space for each control character.
std::string foldForSearch(std::string_view text);
/// A letter, digit or any character that is not ASCII.
bool isWordByte(char byte);

/// What a search looks for: every character counts as it is, there are no operators. A ticket matches if each word, in any
/// order, is a part of its title, its company (as in the ticket, or its label), its key or its number in the PSA, or is its
/// whole reference. A word of one or two bytes only matches the beginning of a word.
class SearchWords
{
public:
    /// Throws StoreError (invalid) if `text` is too long.
    explicit SearchWords(const std::string &text);

    /// Folded, without repetition. Empty: `text` has no words, so that everything matches.
    const std::vector<std::string> &all() const { return words_; }
    /// Whether `folded`, which may be several texts with spaces between them, has the word.
    static bool isIn(const std::string &word, std::string_view folded);
    /// `listed`: as in a list, with title and company.
    bool match(const ticket::StoredTicket &listed) const;

private:
    std::vector<std::string> words_;
};

/// The texts of a ticket that are searched, except label and reference: folded, with spaces around each.
std::string searchedTexts(const ticket::StoredTicket &listed);

} // namespace psa::store
