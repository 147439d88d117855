// A rotation from one master key to the next, stopped at every point between two writes to the store.
#include "host/secrets/key_ring.h"
#include "host/secrets/sealed_record.h"
#include "host/secrets/sealed_secrets.h"
#include "tests/unit/secrets/keys.h"

#include <catch2/catch.hpp>

using namespace psa::secrets;
using namespace psa::test;

namespace {

/// Thrown where the process ends.
struct Killed
{
};

struct Row
{
    SecretOwner owner;
    std::string secret;
    SealedSecrets sealed;
};

/// What remains when a process ends. Every write uses one of `writes`; the process ends before the first that has none
/// left.
struct Store
{
    std::vector<Row> rows;
    std::string canaries;
    int writes = 1000;

    template <class T>
    void write(T &place, T value)
    {
        if (writes-- == 0)
            throw Killed();
        place = std::move(value);
    }
};

KeyRing oldRing()
{
    return KeyRing(masterKey("k1", 'a'));
}

KeyRing newRing()
{
    return KeyRing(masterKey("k2", 'b'));
}

KeyRing bothRing()
{
    std::vector<MasterKey> old;
    old.push_back(masterKey("k1", 'a'));
    return KeyRing(masterKey("k2", 'b'), std::move(old));
}

Store filled()
{
    const KeyRing keys = oldRing();
    Store store;
    store.canaries = checkKeys(&keys, systemRandom, "", false);
    for (const char *id : {"c-1", "c-2", "c-3"})
    {
        const SecretOwner owner{id, "com.example.psa", 1};
        const std::string secret = std::string("secret of ") + id;
        store.rows.push_back(
            {owner, secret, sealSecrets(keys, systemRandom, owner, secretsOf({{"s", secret.c_str()}}))});
    }
    return store;
}

void start(const KeyRing &keys, Store &store)
{
    auto canaries = checkKeys(&keys, systemRandom, store.canaries, true);
    if (canaries != store.canaries)
        store.write(store.canaries, std::move(canaries));
}

void rotate(const KeyRing &keys, Store &store)
{
    std::set<std::string> inUse;
    for (Row &row : store.rows)
    {
        if (auto dataKey = rewrapDataKey(keys, systemRandom, row.owner, row.sealed))
            store.write(row.sealed.dataKey, std::move(*dataKey));
        inUse.insert(masterKeyIdOf(row.sealed.dataKey));
    }
    auto canaries = retireCanaries(keys, store.canaries, inUse);
    if (canaries != store.canaries)
        store.write(store.canaries, std::move(canaries));
}

void checkAllOpen(const KeyRing &keys, const Store &store)
{
    for (const Row &row : store.rows)
        CHECK(openSecrets(keys, row.owner, row.sealed).at("s").view() == row.secret);
}

/// True if a process with `keys` would start; then it must open every row.
bool starts(const KeyRing &keys, Store store)
try
{
    start(keys, store);
    checkAllOpen(keys, store);
    return true;
}
catch (const KeyMissing &)
{
    return false;
}

} // namespace

TEST_CASE("a rotation may stop at any point: both keys open everything, and it is finished later")
{
    constexpr int writesOfAll = 5; // the new canary, three rows, the old canary
    for (int writes = 0; writes <= writesOfAll; ++writes)
    {
        INFO("after " << writes << " writes");
        Store store = filled();
        store.writes = writes;
        bool killed = false;
        try
        {
            start(bothRing(), store);
            rotate(bothRing(), store);
        }
        catch (const Killed &)
        {
            killed = true;
        }
        CHECK(killed == (writes < writesOfAll));
        store.writes = 1000;

        CHECK(starts(bothRing(), store));
        CHECK(starts(oldRing(), store) == (writes == 0));
        CHECK(starts(newRing(), store) == (writes == writesOfAll));

        start(bothRing(), store);
        rotate(bothRing(), store);
        CHECK(starts(newRing(), store));
        CHECK_FALSE(starts(oldRing(), store));
        const Store done = store;
        rotate(bothRing(), store); // nothing is left to do
        CHECK(store.writes == done.writes);
    }
}

TEST_CASE("secrets set during a rotation are already under the new key")
{
    Store store = filled();
    const KeyRing keys = bothRing();
    start(keys, store);
    Row &row = store.rows[1];
    row.owner.version = 2;
    row.secret = "renewed";
    row.sealed = sealSecrets(keys, systemRandom, row.owner, secretsOf({{"s", "renewed"}}));
    CHECK_FALSE(rewrapDataKey(keys, systemRandom, row.owner, row.sealed));
    rotate(keys, store);
    CHECK(starts(newRing(), store));
}

TEST_CASE("a rotation rejects a row that was tampered with, and its key is still needed")
{
    Store store = filled();
    const KeyRing keys = bothRing();
    start(keys, store);
    std::string &dataKey = store.rows[0].sealed.dataKey;
    dataKey.back() = static_cast<char>(dataKey.back() ^ 1);
    CHECK_THROWS_WITH(rewrapDataKey(keys, systemRandom, store.rows[0].owner, store.rows[0].sealed),
                      Catch::Contains("connection c-1 cannot be decrypted"));
    CHECK(retireCanaries(keys, store.canaries, {masterKeyIdOf(dataKey)}) == store.canaries);
}
