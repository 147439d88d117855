// Sources, rules, windows and customers as stored.
#include "tests/unit/store/store_kinds.h"
#include "tests/unit/store/store_samples.h"

#include <catch2/catch.hpp>

using namespace psa::clock;
using namespace psa::store;
using namespace psa::test;
using namespace std::chrono_literals;

namespace {

StoredDefinition sampleDefinition(DefinitionKind kind, const std::string &name)
{
    StoredDefinition definition;
    definition.kind = kind;
    definition.name = name;
    definition.uid = "uid of " + name;
    definition.documentJson = R"({"name":")" + name + R"("})";
    definition.secretsJson = "secrets of " + name;
    definition.stateJson = "state of " + name;
    return definition;
}

StoredDefinition add(Store &store, DefinitionKind kind, const std::string &name)
{
    return store.write([&](StoreWriter &writer) { return writer.addDefinition(sampleDefinition(kind, name), "test"); });
}

StoredDefinition update(Store &store, const StoredDefinition &definition, const std::string &who = "test")
{
    return store.write([&](StoreWriter &writer) { return writer.updateDefinition(definition, who); });
}

void remove(Store &store, DefinitionKind kind, const std::string &name)
{
    store.write([&](StoreWriter &writer) { writer.removeDefinition(kind, name); });
}

/// "1:a 2:b"
std::string rules(Store &store)
{
    std::string text;
    for (const StoredDefinition &each :
         store.read([](const StoreReader &reader) { return reader.definitions(DefinitionKind::rule); }))
        text += (text.empty() ? "" : " ") + std::to_string(each.position) + ":" + each.name;
    return text;
}

std::optional<StoredDefinition> byId(Store &store, DefinitionKind kind, std::int64_t id)
{
    return store.read([&](const StoreReader &reader) { return reader.definitionById(kind, id); });
}

StoreError::Kind refusal(Store &store, const std::vector<std::string> &order)
{
    return storeErrorOf([&] { store.write([&](StoreWriter &writer) { writer.setRuleOrder(order); }); }).kind;
}

} // namespace

TEMPLATE_TEST_CASE("a definition is read back as it was added, by kind, name and id", "[store][events]", STORE_KINDS)
{
    TestType kind;
    const auto rule = add(*kind.store, DefinitionKind::rule, "one");
    const auto source = add(*kind.store, DefinitionKind::source, "one");
    CHECK(rule.id != source.id);
    kind.reopen();
    kind.store->read([&](const StoreReader &reader) {
        const StoredDefinition found = reader.definition(DefinitionKind::source, "one").value();
        CHECK(found.id == source.id);
        CHECK(found.uid == "uid of one");
        CHECK(found.position == 0);
        CHECK(found.version == 1);
        CHECK(found.documentJson == R"({"name":"one"})");
        CHECK(found.secretsJson == "secrets of one");
        CHECK(found.stateJson == "state of one");
        CHECK(found.created == kind.clock->wallNow());
        CHECK(found.changed == found.created);
        CHECK(!found.removed);
        CHECK(reader.definition(DefinitionKind::rule, "one")->position == 1);
        CHECK(!reader.definition(DefinitionKind::window, "one"));
        CHECK(!reader.definitionById(DefinitionKind::window, source.id));
        CHECK(reader.definitions(DefinitionKind::customer).empty());
    });
}

TEMPLATE_TEST_CASE("a definition whose name is taken, empty or too long is refused", "[store][events]", STORE_KINDS)
{
    TestType kind;
    add(*kind.store, DefinitionKind::window, "Patch night");
    const auto other = add(*kind.store, DefinitionKind::window, "Move");
    const auto refused = [&](const std::string &name) {
        return storeErrorOf([&] { add(*kind.store, DefinitionKind::window, name); }).kind;
    };
    CHECK(refused("Patch night") == StoreError::Kind::conflict);
    CHECK(refused("") == StoreError::Kind::invalid);
    CHECK(refused(std::string(101, 'x')) == StoreError::Kind::invalid);
    StoredDefinition renamed = other;
    renamed.name = "Patch night";
    CHECK(storeErrorOf([&] { update(*kind.store, renamed); }).kind == StoreError::Kind::conflict);
    renamed.name = "Moved";
    CHECK(update(*kind.store, renamed).version == 2);
    add(*kind.store, DefinitionKind::window, "Move");
}

TEMPLATE_TEST_CASE("a change of a definition is a new version, and earlier ones can be read", "[store][events]",
                   STORE_KINDS)
{
    TestType kind;
    StoredDefinition rule = add(*kind.store, DefinitionKind::rule, "one");
    kind.clock->advance(1min);
    rule.documentJson = "changed";
    rule.secretsJson = rule.stateJson = "not written by an update";
    const auto changed = update(*kind.store, rule, "local:root");
    CHECK(changed.version == 2);
    CHECK(changed.secretsJson == "secrets of one");
    CHECK(changed.stateJson == "state of one");
    const StoreError late = storeErrorOf([&] { update(*kind.store, rule); });
    CHECK(late.kind == StoreError::Kind::conflict);
    CHECK_THAT(late.what(), Catch::Contains("version 2"));
    kind.reopen();
    kind.store->read([&](const StoreReader &reader) {
        CHECK(reader.definitionVersion(DefinitionKind::rule, rule.id, 1) == R"({"name":"one"})");
        CHECK(reader.definitionVersion(DefinitionKind::rule, rule.id, 2) == "changed");
        CHECK(!reader.definitionVersion(DefinitionKind::rule, rule.id, 3));
        CHECK(!reader.definitionVersion(DefinitionKind::source, rule.id, 1));
        const auto history = reader.definitionHistory(DefinitionKind::rule, rule.id);
        REQUIRE(history.size() == 2);
        CHECK(history[0].version == 2);
        CHECK(history[0].who == "local:root");
        CHECK(history[0].time == kind.clock->wallNow());
        CHECK(history[1].who == "test");
    });
}

TEMPLATE_TEST_CASE("state and secrets of a definition change without a new version", "[store][events]", STORE_KINDS)
{
    TestType kind;
    const auto source = add(*kind.store, DefinitionKind::source, "one");
    kind.store->write([&](StoreWriter &writer) {
        writer.setDefinitionState(DefinitionKind::source, source.id, "parked");
        writer.setDefinitionSecrets(DefinitionKind::source, source.id, "new token");
    });
    const auto found = byId(*kind.store, DefinitionKind::source, source.id).value();
    CHECK(found.stateJson == "parked");
    CHECK(found.secretsJson == "new token");
    CHECK(found.version == 1);
    CHECK(storeErrorOf([&] {
              kind.store->write(
                  [&](StoreWriter &writer) { writer.setDefinitionState(DefinitionKind::rule, source.id, "x"); });
          }).kind == StoreError::Kind::notFound);
}

TEMPLATE_TEST_CASE("a removed definition keeps its document and id, and loses its secrets", "[store][events]",
                   STORE_KINDS)
{
    TestType kind;
    const auto first = add(*kind.store, DefinitionKind::source, "one");
    remove(*kind.store, DefinitionKind::source, "one");
    CHECK(storeErrorOf([&] { remove(*kind.store, DefinitionKind::source, "one"); }).kind == StoreError::Kind::notFound);
    CHECK(storeErrorOf([&] { update(*kind.store, first); }).kind == StoreError::Kind::notFound);
    const auto second = add(*kind.store, DefinitionKind::source, "one");
    CHECK(second.id > first.id);
    kind.reopen();
    const auto removed = byId(*kind.store, DefinitionKind::source, first.id).value();
    CHECK(removed.removed);
    CHECK(removed.documentJson == first.documentJson);
    CHECK(removed.secretsJson.empty());
    CHECK(removed.stateJson.empty());
    kind.store->read([&](const StoreReader &reader) {
        CHECK(reader.definition(DefinitionKind::source, "one")->id == second.id);
        CHECK(reader.definitions(DefinitionKind::source).size() == 1);
        CHECK(reader.definitionVersion(DefinitionKind::source, first.id, 1) == first.documentJson);
    });
}

TEMPLATE_TEST_CASE("rules are listed in their order, without gaps, and others by name", "[store][events]", STORE_KINDS)
{
    TestType kind;
    for (const char *name : {"c", "a", "b"})
    {
        add(*kind.store, DefinitionKind::rule, name);
        add(*kind.store, DefinitionKind::customer, name);
    }
    CHECK(rules(*kind.store) == "1:c 2:a 3:b");
    kind.store->write([](StoreWriter &writer) { writer.setRuleOrder({"b", "c", "a"}); });
    CHECK(rules(*kind.store) == "1:b 2:c 3:a");
    remove(*kind.store, DefinitionKind::rule, "c");
    CHECK(rules(*kind.store) == "1:b 2:a");
    add(*kind.store, DefinitionKind::rule, "c");
    CHECK(rules(*kind.store) == "1:b 2:a 3:c");
    const auto customers =
        kind.store->read([](const StoreReader &reader) { return reader.definitions(DefinitionKind::customer); });
    CHECK(customers.at(0).name + customers.at(1).name + customers.at(2).name == "abc");
}

TEMPLATE_TEST_CASE("an order that does not name each rule once is refused and changes nothing", "[store][events]",
                   STORE_KINDS)
{
    TestType kind;
    for (const char *name : {"a", "b"})
        add(*kind.store, DefinitionKind::rule, name);
    for (const auto &order :
         std::vector<std::vector<std::string>>{{}, {"b"}, {"b", "b"}, {"b", "x"}, {"b", "a", "a"}, {"b", "a", "x"}})
    {
        CHECK(refusal(*kind.store, order) == StoreError::Kind::conflict);
        CHECK(rules(*kind.store) == "1:a 2:b");
    }
}

TEMPLATE_TEST_CASE("a change of a definition is announced as one, and not as an event", "[store][events]", STORE_KINDS)
{
    TestType kind;
    StoreChange last;
    kind.store->onChange([&](const StoreChange &change) { last = change; });
    const auto rule = add(*kind.store, DefinitionKind::rule, "one");
    CHECK((last.definitions && !last.events));
    last = {};
    kind.store->write([&](StoreWriter &writer) { writer.setDefinitionState(DefinitionKind::rule, rule.id, "failed"); });
    CHECK((last.definitions && !last.events));
    last = {};
    remove(*kind.store, DefinitionKind::rule, "one");
    CHECK((last.definitions && !last.events));
    kind.store->onChange(nullptr);
}
