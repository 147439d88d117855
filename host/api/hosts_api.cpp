#include "host/api/api_parts.h"
#include "host/api/body.h"
#include "host/api/fleet_status.h"
#include "host/api/views.h"
#include "host/events/sources.h"
#include "host/fleet/fleet.h"
#include "host/json/json_text.h"

#include <algorithm>
#include <iterator>
#include <tuple>

namespace psa::api {
namespace {

using Poco::JSON::Object;

Object::Ptr leaseView(const events::Sources &sources, const store::LeaseRow &lease)
{
    Object::Ptr view = new Object(Poco::JSON_PRESERVE_KEY_ORDER);
    view->set("kind", store::toText(lease.name.kind));
    view->set("of", lease.name.of);
    for (const events::Sources::Live &each : sources.all())
        if (lease.name == store::sourceLease(each->stored.id))
            view->set("name", each->stored.name);
    view->set("until", timeText(lease.until));
    return view;
}

Object::Ptr hostView(const events::Sources &sources, const FleetStatus &fleet, const store::HostRow &host)
{
    Object::Ptr view = new Object(Poco::JSON_PRESERVE_KEY_ORDER);
    view->set("id", host.owner);
    view->set("name", host.name);
    view->set("version", host.version);
    view->set("state", !fleet.isLive(host) ? "lost" : host.draining ? "draining" : "live");
    view->set("startedAt", timeText(host.started));
    view->set("seenAt", timeText(host.seen));
    if (!host.address.empty())
        view->set("address", host.address);
    view->set("leases", json::arrayOf(fleet.leasesOf(host),
                                      [&](const store::LeaseRow &each) { return leaseView(sources, each); }));
    return view;
}

Object::Ptr dutyView(const store::DutyRow &duty)
{
    Object::Ptr view = new Object(Poco::JSON_PRESERVE_KEY_ORDER);
    view->set("name", duty.name);
    view->set("host", duty.host);
    view->set("beganAt", timeText(duty.began));
    if (duty.ended)
        view->set("endedAt", timeText(*duty.ended));
    return view;
}

} // namespace

FleetStatus::FleetStatus(store::Store &store) : isShared_(store.isShared())
{
    store.read([this](const store::StoreReader &reader) {
        now_ = reader.now();
        duties_ = reader.duties();
        if (!isShared_)
            return;
        hosts_ = reader.hosts();
        leases_ = reader.leases();
    });
    std::erase_if(leases_, [this](const store::LeaseRow &each) { return each.owner.empty() || each.until <= now_; });
    std::sort(hosts_.begin(), hosts_.end(), [](const store::HostRow &one, const store::HostRow &other) {
        return std::tie(one.name, one.started, one.owner) < std::tie(other.name, other.started, other.owner);
    });
}

bool FleetStatus::isLive(const store::HostRow &host) const
{
    return now_ - host.seen < fleet::FleetTimes().lease;
}

std::size_t FleetStatus::live() const
{
    return static_cast<std::size_t>(
        std::count_if(hosts_.begin(), hosts_.end(), [this](const store::HostRow &each) { return isLive(each); }));
}

std::vector<store::LeaseRow> FleetStatus::leasesOf(const store::HostRow &host) const
{
    std::vector<store::LeaseRow> own;
    std::copy_if(leases_.begin(), leases_.end(), std::back_inserter(own),
                 [&](const store::LeaseRow &each) { return each.owner == host.owner; });
    std::sort(own.begin(), own.end(),
              [](const store::LeaseRow &one, const store::LeaseRow &other) { return one.name < other.name; });
    return own;
}

std::optional<std::string> FleetStatus::workerNameOf(store::LeaseKind kind, const std::string &of) const
{
    if (!isShared_)
        return std::nullopt;
    const store::LeaseName name{kind, of};
    for (const store::LeaseRow &lease : leases_)
        for (const store::HostRow &host : hosts_)
            if (lease.name == name && host.owner == lease.owner)
                return host.name;
    return "";
}

void addHostsRoutes(http::Router &router, const ApiParts &parts)
{
    router.add({"GET", "/v1/hosts", http::Scope::read, [parts](const http::ApiRequest &) {
                    const FleetStatus fleet(parts.store);
                    Object body(Poco::JSON_PRESERVE_KEY_ORDER);
                    body.set("shared", fleet.isShared());
                    body.set("hosts", json::arrayOf(fleet.hosts(), [&](const store::HostRow &each) {
                                 return hostView(parts.sources, fleet, each);
                             }));
                    body.set("duties", json::arrayOf(fleet.duties(), dutyView));
                    return toAnswer(body);
                }});
}

} // namespace psa::api
