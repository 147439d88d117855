// The records and metadata of every Autotask entity against the vendor's API description.
#include "sandbox/autotask/entities.h"
#include "tests/sandbox/client.h"

#include <Poco/StringTokenizer.h>
#include <catch2/catch.hpp>

#include <set>

using namespace psa::sandbox;

namespace {

struct DescribedEntity
{
    const char *name;
    const char *can;      ///< "create update delete" of the entity information, "udf" and "webhooks".
    const char *required; ///< Fields that every record has.
};

const std::vector<DescribedEntity> &describedEntities()
{
    static const std::vector<DescribedEntity> all{
        {"Tickets", "create update udf webhooks", "companyID priority status title"},
        {"TicketNotes", "create update webhooks", "description noteType publish"},
        {"TicketAttachments", "create delete", "attachmentType fullPath publish title"},
        {"TicketCategories", "update", "displayColorRGB isActive name"},
        {"TicketCategoryFieldDefaults", "", ""},
        {"Companies", "create update udf webhooks", "companyName companyType ownerResourceID phone"},
        {"Contacts", "create update delete udf webhooks", "companyID firstName isActive lastName"},
        {"Resources", "update",
         "email emailTypeCode firstName hireDate isActive lastName licenseType locationID numberFormat payrollType "
         "resourceType userName userType"},
        {"Roles", "create update", "hourlyFactor hourlyRate isActive name"},
        {"ResourceServiceDeskRoles", "create update", "resourceID roleID"},
        {"ResourceRoleQueues", "create update", "queueID resourceID roleID"},
        {"ConfigurationItems", "create update udf webhooks", "companyID isActive productID"},
        {"TimeEntries", "create update delete", "resourceID"},
        {"TicketHistory", "", ""},
        {"DeletedTicketLogs", "", ""},
        {"BillingCodes", "", "isActive unitCost unitPrice"},
    };
    return all;
}

std::set<std::string> namesIn(const std::string &text)
{
    const Poco::StringTokenizer all(text, " ", Poco::StringTokenizer::TOK_IGNORE_EMPTY);
    return {all.begin(), all.end()};
}

/// A tenant with one ticket, note, time entry and attachment, and a deleted ticket.
struct FilledTenant : Running
{
    std::string ticket = base + "Tickets/" + std::to_string(client.create().itemId());
    std::int64_t attachment =
        client
            .post(ticket + "/Attachments",
                  R"({"attachmentType":"FILE_ATTACHMENT","title":"t","fullPath":"a.txt","publish":1,"data":"YWJj"})")
            .itemId();

    FilledTenant()
    {
        const std::string id = ticket.substr(ticket.rfind('/') + 1);
        client.post(ticket + "/Notes", R"({"description":"text","noteType":1,"publish":2})");
        sandbox.act(R"({"ticketId":)" + id + R"(,"action":"time"})");
        sandbox.act(R"({"ticketId":)" + std::to_string(client.create().itemId()) + R"(,"action":"delete"})");
    }

    /// All rows of an entity; the history can only be queried by ticket.
    Array::Ptr rows(const std::string &entity) const
    {
        const std::string id = ticket.substr(ticket.rfind('/') + 1);
        const std::string filter = entity == "TicketHistory"
                                       ? R"({"filter":[{"op":"eq","field":"ticketID","value":)" + id + "}]}"
                                       : R"({"filter":[{"op":"exist","field":"id"}]})";
        return client.post(base + entity + "/query", filter).items();
    }
};

constexpr const char *anyRow = R"({"filter":[{"op":"exist","field":"id"}]})";

} // namespace

TEST_CASE("Each entity says of itself what the vendor's description says it can do")
{
    const Running run;
    CHECK(describedEntities().size() == autotask::entities().size());
    for (const DescribedEntity &it : describedEntities())
    {
        INFO(it.name);
        const std::set<std::string> can = namesIn(it.can);
        const Object::Ptr info = run.client.get(base + it.name + "/entityInformation").json()->getObject("info");
        for (const auto &[member, access, what] : {std::tuple("canCreate", "userAccessForCreate", "create"),
                                                   std::tuple("canUpdate", "userAccessForUpdate", "update"),
                                                   std::tuple("canDelete", "userAccessForDelete", "delete")})
        {
            CHECK(info->getValue<bool>(member) == can.contains(what));
            CHECK(info->get(access).toString() == (can.contains(what) ? "All" : "None"));
        }
        CHECK(info->getValue<bool>("canQuery"));
        CHECK(info->getValue<bool>("hasUserDefinedFields") == can.contains("udf"));
        CHECK(info->getValue<bool>("supportsWebhookCallouts") == can.contains("webhooks"));
    }
}

TEST_CASE("No record is without a field that its entity requires, and the metadata say which those are")
{
    const FilledTenant run;
    for (const DescribedEntity &it : describedEntities())
    {
        std::set<std::string> required;
        const Array::Ptr fields =
            run.client.get(base + it.name + "/entityInformation/fields").json()->getArray("fields");
        for (unsigned i = 0; i < fields->size(); ++i)
            if (fields->getObject(i)->getValue<bool>("isRequired"))
                required.insert(fields->getObject(i)->getValue<std::string>("name"));
        CHECK(required == namesIn(it.required));
        const Array::Ptr items = run.rows(it.name);
        REQUIRE(items->size() > 0);
        for (unsigned i = 0; i < items->size(); ++i)
            for (const std::string &name : required)
            {
                INFO(it.name << " " << name << " " << toText(items->get(i)));
                CHECK_FALSE(items->getObject(i)->isNull(name));
            }
    }
}

TEST_CASE("A field that refers to a record names its kind in the singular, error texts the older name")
{
    const Running run;
    const Array::Ptr fields = run.client.get(base + "Tickets/entityInformation/fields").json()->getArray("fields");
    std::map<std::string, std::string> kinds;
    for (unsigned i = 0; i < fields->size(); ++i)
        kinds[fields->getObject(i)->getValue<std::string>("name")] =
            fields->getObject(i)->getValue<std::string>("referenceEntityType");
    CHECK(kinds.at("companyID") == "Company");
    CHECK(kinds.at("opportunityID") == "Opportunity");
    CHECK(kinds.at("billingCodeID") == "BillingCode");
    CHECK(kinds.at("title").empty());
    for (const auto &[changes, type] :
         {std::pair(R"({"billingCodeID": 1})", "AllocationCode"), std::pair(R"({"companyID": 1})", "Account"),
          std::pair(R"({"configurationItemID": 1})", "InstalledProduct"),
          std::pair(R"({"opportunityID": 1})", "Opportunity")})
    {
        INFO(changes);
        CHECK_THAT(run.client.create(changes).error(), Catch::Contains(" of type: " + std::string(type) + " does not"));
    }
    CHECK(run.client.post(base + "BillingCodes/query", R"({"filter":[{"op":"exist","field":"colour"}]})").error() ==
          "Unable to find colour in the AllocationCode Entity");
}

TEST_CASE("Attachments are found under their own name too, without their data, and deleted under their ticket only")
{
    const FilledTenant run;
    const std::string own = base + "TicketAttachments";
    const std::string one = "/" + std::to_string(run.attachment);
    const Object::Ptr item = run.client.get(own + one).item();
    REQUIRE(item);
    CHECK(item->isNull("data"));
    CHECK(item->getValue<int>("fileSize") == 3);
    CHECK(run.ticket == base + "Tickets/" + item->get("ticketID").toString());
    CHECK(run.client.post(own + "/query", anyRow).items()->getObject(0)->isNull("data"));
    CHECK(run.client.post(own + "/query/count", anyRow).json()->getValue<int>("queryCount") == 1);
    CHECK(run.client.post(own, "{}").status == 404);
    CHECK(run.client.call("DELETE", own + one).status == 405);
    const Reply gone = run.client.call("DELETE", run.ticket + "/Attachments" + one);
    CHECK(gone.itemId() == run.attachment);
    CHECK_FALSE(run.client.get(own + one).item());
    CHECK_THAT(run.client.call("DELETE", run.ticket + "/Attachments" + one).error(),
               Catch::StartsWith("No matching records found."));
}

TEST_CASE("A new ticket is assigned to nobody co-managed, has no hours to schedule and says who touched it last")
{
    const Running run;
    const std::string ticket = base + "Tickets/" + std::to_string(run.client.create().itemId());
    for (const std::string method : {"", "PATCH", "PUT"})
    {
        INFO(method);
        const Object::Ptr before = run.client.get(ticket).item();
        if (!method.empty())
            REQUIRE(run.client
                        .call(method, base + "Tickets",
                              R"({"id":)" + before->get("id").toString() +
                                  R"(,"companyID":174,"title":"t","status":5,"priority":2})")
                        .status == 200);
        const Object::Ptr item = run.client.get(ticket).item();
        for (const char *flag : {"isAssignedToComanaged", "isVisibleToComanaged"})
            CHECK(item->get(flag).isBoolean());
        CHECK_FALSE(item->getValue<bool>("isAssignedToComanaged"));
        CHECK(item->getValue<double>("hoursToBeScheduled") == 0);
        CHECK(item->getValue<int>("lastActivityPersonType") == 1);
        CHECK(item->getValue<std::int64_t>("lastActivityResourceID") == 29682890);
    }
}
