#pragma once

#include <cstddef>
#include <string>
#include <vector>

namespace psa::sandbox::connectwise {

/// A token of a condition.
struct Token
{
    enum class Kind
    {
        word, ///< A name such as board/name, or a keyword.
        text, ///< Quoted; here without quotes and unescaped.
        number,
        date,   ///< In brackets; here without them.
        symbol, ///< ( ) , or a comparison operator.
        end,
    };
    Kind kind = Kind::end;
    std::string text;
    std::size_t at = 0; ///< Position of its start, counted from 1.

    /// Whether it is this keyword, ignoring case.
    bool isWord(const std::string &word) const;
    bool isSymbol(const std::string &symbol) const { return kind == Kind::symbol && text == symbol; }
};

/// The tokens of `text`, followed by an end token. Throws ApiError for invalid ones.
std::vector<Token> conditionTokens(const std::string &text);

/// Throws the service's error for an invalid condition.
[[noreturn]] void refuseCondition(const std::string &why);

} // namespace psa::sandbox::connectwise
