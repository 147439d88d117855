// The records of every list against the vendor's API description (OpenAPI 2025.1 and 2025.8): clients generated from it
// reject a record that lacks a required member or has an unknown one.
#include "sandbox/connectwise/entities.h"
#include "tests/sandbox/connectwise_client.h"

#include <Poco/StringTokenizer.h>
#include <catch2/catch.hpp>

#include <algorithm>
#include <set>

using namespace psa::sandbox;
using namespace psa::sandbox::test;

namespace {

struct Described
{
    const char *entity;
    std::string list;
    std::string required;
    std::string known; ///< Further members that it may have, as far as the sandbox sends them.
};

const std::vector<Described> &described()
{
    const std::string board = "service/boards/1/";
    static const std::vector<Described> all{
        {"Boards", "service/boards", "name location department", "inactiveFlag projectFlag"},
        {"Boards", "service/info/boards", "", "name location department inactiveFlag projectFlag"},
        {"Statuses", board + "statuses", "name",
         "board sortOrder displayOnBoard inactive closedStatus defaultFlag timeEntryNotAllowed escalationStatus"},
        {"Types", board + "types", "name", "category defaultFlag inactiveFlag board location department"},
        {"Subtypes", board + "subtypes", "name", "inactiveFlag typeAssociationIds board"},
        {"Items", board + "items", "name", "inactiveFlag board"},
        {"Teams", board + "teams", "name teamLeader", "members defaultFlag boardId locationId businessUnitId"},
        {"Associations", board + "typeSubTypeItemAssociations", "", "type subType item board"},
        {"Tickets", "service/tickets", "summary company",
         "recordType board status workRole workType site siteName addressLine1 addressLine2 city stateIdentifier zip "
         "contact contactName contactPhoneNumber contactPhoneExtension contactEmailAddress type subType item team "
         "owner "
         "priority serviceLocation source requiredDate budgetHours agreement severity impact externalXRef poNumber "
         "allowAllClientsPortalView customerUpdatedFlag automaticEmailContactFlag automaticEmailResourceFlag "
         "automaticEmailCcFlag automaticEmailCc closedDate closedFlag approved estimatedStartDate location department "
         "hasChildTicket integratorTags customFields closedBy actualHours dateResolved resolvedBy "
         "hasMergedChildTicketFlag mergedParentTicket"},
        {"TicketNotes", "service/tickets/100001/notes", "",
         "ticketId text detailDescriptionFlag internalAnalysisFlag resolutionFlag issueFlag member contact "
         "customerUpdatedFlag dateCreated createdBy internalFlag externalFlag"},
        {"Priorities", "service/priorities", "name color", "sortOrder defaultFlag imageLink urgencySortOrder level"},
        {"Sources", "service/sources", "name", "defaultFlag enteredBy dateEntered"},
        {"Severities", "service/severities", "description", "name defaultFlag"},
        {"Impacts", "service/impacts", "description", "name defaultFlag"},
        {"ServiceLocations", "service/locations", "name where", "defaultFlag"},
        {"Companies", "company/companies", "identifier name", "status phoneNumber website territory deletedFlag"},
        {"CompanyStatuses", "company/companies/statuses", "name",
         "defaultFlag inactiveFlag notifyFlag disallowSavingFlag notificationMessage customNoteFlag "
         "cancelOpenTracksFlag track"},
        {"Sites", "company/companies/19/sites", "name", "company inactiveFlag"},
        {"Contacts", "company/contacts", "", "firstName lastName company inactiveFlag communicationItems"},
        {"Configurations", "company/configurations", "name type company",
         "deviceIdentifier serialNumber activeFlag status site contact"},
        {"TimeEntries", "time/entries", "chargeToId chargeToType",
         "member timeStart timeEnd actualHours notes addToDetailDescriptionFlag addToInternalAnalysisFlag "
         "addToResolutionFlag ticket enteredBy dateEntered"},
        {"Members", "system/members",
         "identifier licenseClass firstName lastName hireDate defaultEmail defaultPhone securityRole",
         "primaryEmail inactiveFlag"},
        {"Locations", "system/locations", "name structureLevel", ""},
        {"Departments", "system/departments", "identifier name", ""},
        {"WorkRoles", "time/workRoles", "name", "hourlyRate inactiveFlag"},
        {"WorkTypes", "time/workTypes", "name billTime rateType rate", "inactiveFlag"},
        {"Agreements", "finance/agreements", "name type company contact", ""},
        {"UserDefinedFields", "system/userDefinedFields", "podId caption sequenceNumber fieldTypeIdentifier",
         "numberDecimals entryTypeIdentifier requiredFlag readOnlyFlag options"},
    };
    return all;
}

std::set<std::string> words(const std::string &text)
{
    const Poco::StringTokenizer all(text, " ", Poco::StringTokenizer::TOK_IGNORE_EMPTY);
    return {all.begin(), all.end()};
}

/// The names in `object` except those in `expected`, as one string.
std::string beyond(const Object &object, const std::set<std::string> &expected)
{
    std::string names;
    for (const std::string &name : object.getNames())
        if (!expected.contains(name))
            names += name + " ";
    return names;
}

} // namespace

TEST_CASE("ConnectWise: a record has what the vendor's description requires, and nothing that it does not know")
{
    CwRunning run;
    REQUIRE(
        run.client
            .create(R"({"contact": {"id": 480}, "agreement": {"id": 77}, "workType": {"id": 3}, "workRole": {"id": 8},
                    "owner": {"id": 150}, "initialDescription": "Text", "type": {"id": 101}, "subType": {"id": 201},
                    "item": {"id": 301}, "customFields": [{"id": 7, "value": 3}]})")
            .status == 201);
    run.sandbox.act(R"({"ticketId": 100001, "action": "time"})");
    for (const Described &it : described())
    {
        const CwReply reply = run.client.get(it.list);
        REQUIRE(reply.status == 200);
        REQUIRE(reply.rows()->size() > 0);
        std::set<std::string> known = words(it.required + " " + it.known + " id _info");
        for (unsigned i = 0; i < reply.rows()->size(); ++i)
        {
            const Object::Ptr row = reply.rows()->getObject(i);
            INFO(it.list << " " << toText(row));
            CHECK(beyond(*row, known).empty());
            CHECK(row->get("id").isInteger());
            for (const std::string &name : words(it.required))
                CHECK_FALSE(row->get(name).isEmpty());
        }
    }
}

TEST_CASE("ConnectWise: every kind of record is among those that are held against the description")
{
    for (const connectwise::Entity &entity : connectwise::entities())
    {
        INFO(entity.name);
        CHECK(std::any_of(described().begin(), described().end(),
                          [&](const Described &it) { return std::string(it.entity) == entity.name; }));
    }
}

TEST_CASE("ConnectWise: what refers to another record has id and name, and its information is texts alone")
{
    CwRunning run;
    run.client.create(R"({"contact": {"id": 480}, "owner": {"id": 150}})");
    run.sandbox.act(R"({"ticketId": 100001, "action": "time"})");
    run.sandbox.act(R"({"ticketId": 100001, "action": "merge", "into": )" + std::to_string(run.client.create().id()) +
                    "}");
    for (const Described &it : described())
    {
        const Array::Ptr rows = run.client.get(it.list).rows();
        for (unsigned i = 0; i < rows->size(); ++i)
            for (const auto &[name, value] : *rows->getObject(i))
            {
                const Object::Ptr object = asObject(value);
                INFO(it.list << " " << name << " " << toText(value));
                if (object && name == "_info")
                    for (const auto &[key, text] : *object)
                        CHECK(text.isString());
                else if (object)
                {
                    CHECK(beyond(*object, words("id identifier name summary _info")).empty());
                    CHECK(object->get("id").isInteger());
                    CHECK((object->get("name").isString() || object->get("summary").isString()));
                }
            }
    }
}

TEST_CASE("ConnectWise: what a reference without a list of its own holds can be asked for")
{
    const CwRunning run;
    CHECK(run.client.ids("system/members", R"(securityRole/name="API Members")") == "151");
    CHECK(run.client.ids("finance/agreements", "type/id=5") == "77");
    CHECK(run.client.ids("system/members", "hireDate<[2020-01-01T00:00:00Z] and licenseClass=\"F\"") == "150 152");
    CHECK(run.client.find("system/members", "securityRole=1").status == 400);
}

TEST_CASE("ConnectWise: a custom field takes a value of its own type and no text in its place")
{
    const CwRunning run;
    struct Case
    {
        const char *value;
        bool good;
    };
    for (const auto &[value, good] : std::vector<Case>{{R"({"id": 7, "value": 3})", true},
                                                       {R"({"id": 7, "value": "3"})", false},
                                                       {R"({"id": 7, "value": true})", false},
                                                       {R"({"id": 8, "value": true})", true},
                                                       {R"({"id": 8, "value": "true"})", false},
                                                       {R"({"id": 8, "value": 1})", false},
                                                       {R"({"id": 9, "value": "2026-12-31T00:00:00Z"})", true},
                                                       {R"({"id": 9, "value": "31.12.2026"})", false},
                                                       {R"({"id": 9, "value": 1798675200000})", false},
                                                       {R"({"id": 10, "value": 12.5})", true},
                                                       {R"({"id": 10, "value": "12.5"})", false},
                                                       {R"({"id": 11, "value": 2})", true},
                                                       {R"({"id": 11, "value": 3})", false},
                                                       {R"({"id": 11, "value": "2"})", false},
                                                       {R"({"id": 12, "value": "https://wiki.example/1"})", true}})
    {
        INFO(value);
        CHECK(run.client.create("{\"customFields\": [" + std::string(value) + "]}").status == (good ? 201 : 400));
    }
}

TEST_CASE("ConnectWise: the custom fields of tickets are described with type, way of entry and options")
{
    const CwRunning run;
    const Array::Ptr rows =
        run.client.find("system/userDefinedFields", "id in (6,11)", "&fields=id,fieldTypeIdentifier,options").rows();
    REQUIRE(rows->size() == 2);
    CHECK(rows->getObject(0)->get("fieldTypeIdentifier").toString() == "Text");
    CHECK(rows->getObject(0)->getArray("options")->getObject(1)->get("optionValue").toString() == "OSL");
    CHECK(rows->getObject(1)->get("fieldTypeIdentifier").toString() == "Number");
    CHECK(rows->getObject(1)->getArray("options")->getObject(2)->get("optionValue").toString() == "4");
}
