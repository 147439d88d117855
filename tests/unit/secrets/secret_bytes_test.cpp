#include "host/secrets/secret_bytes.h"

#include <catch2/catch.hpp>

#include <ostream>
#include <type_traits>

using psa::secrets::SecretBytes;

namespace {

template <class T, class = void>
struct IsPrintable : std::false_type
{
};
template <class T>
struct IsPrintable<T, std::void_t<decltype(std::declval<std::ostream &>() << std::declval<const T &>())>>
    : std::true_type
{
};

} // namespace

// A secret cannot get into a log, or be copied, unless the code says so explicitly.
static_assert(IsPrintable<std::string>::value && !IsPrintable<SecretBytes>::value);
static_assert(!std::is_copy_constructible_v<SecretBytes> && !std::is_copy_assignable_v<SecretBytes>);
static_assert(std::is_nothrow_move_constructible_v<SecretBytes> && std::is_nothrow_move_assignable_v<SecretBytes>);

TEST_CASE("secret bytes can be moved, compared, and take over a text")
{
    std::string text = "short";
    SecretBytes one(std::move(text));
    CHECK(text.empty()); // NOLINT(bugprone-use-after-move): that is the question
    CHECK(one.view() == "short");
    SecretBytes other = std::move(one);
    CHECK(one.size() == 0); // NOLINT(bugprone-use-after-move)
    CHECK(one.view().empty());
    one = std::move(other);
    CHECK(one.view() == "short");
    CHECK(one.sameAs(SecretBytes::copyOf("short")));
    CHECK_FALSE(one.sameAs(SecretBytes::copyOf("shorT")));
    CHECK_FALSE(one.sameAs(SecretBytes::copyOf("shor")));
    CHECK(SecretBytes(3).view() == std::string(3, '\0'));
}
