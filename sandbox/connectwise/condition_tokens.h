#pragma once

#include <cstddef>
#include <string>
#include <vector>

namespace psa::sandbox::connectwise {

/// A piece of the text of a condition.
struct Token
{
    enum class Kind
    {
        word, ///< A name such as board/name, or a keyword.
        text, ///< In quotes; without them and unescaped here.
        number,
        date,   ///< In brackets; without them here.
        symbol, ///< ( ) , or a comparison.
        end,
    };
    Kind kind = Kind::end;
    std::string text;
    std::size_t at = 0; ///< Where it begins, counted from 1.

    /// The keyword, in any case.
    bool isWord(const std::string &word) const;
    bool isSymbol(const std::string &symbol) const { return kind == Kind::symbol && text == symbol; }
};

/// The tokens of `text`, an end token last. Throws ApiError for what is none.
std::vector<Token> conditionTokens(const std::string &text);

/// Throws the service's refusal of a condition.
[[noreturn]] void refuseCondition(const std::string &why);

} // namespace psa::sandbox::connectwise
