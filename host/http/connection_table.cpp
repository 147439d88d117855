#include "host/http/connection_table.h"

#include <algorithm>

namespace psa::http {
namespace {

void drop(std::map<std::string, std::size_t> &counts, const std::string &name)
{
    if (const auto at = counts.find(name); --at->second == 0)
        counts.erase(at);
}

} // namespace

ConnectionTable::Place::~Place()
{
    if (entry_->counted)
        table_.leave(*entry_);
    --table_.all_;
    table_.of(entry_->phase).erase(entry_);
}

void ConnectionTable::Place::enter(ConnectionPhase phase, std::chrono::milliseconds patience)
{
    if (phase == ConnectionPhase::head || phase == ConnectionPhase::closing)
        table_.standFor(entry_, "");
    table_.move(entry_, phase);
    entry_->until = patience.count() > 0 ? std::optional(entry_->since + patience) : std::nullopt;
}

bool ConnectionTable::Place::serve(const std::string &client)
{
    const auto fits = [&](const Entry &entry) { return entry.client == client; };
    if (countIn(table_.perClient_, client) >= table_.limits_.perClient && !table_.makeRoom(fits))
        return false;
    table_.standFor(entry_, client);
    return true;
}

std::size_t ConnectionTable::countIn(const std::map<std::string, std::size_t> &counts, const std::string &name)
{
    const auto at = counts.find(name);
    return at == counts.end() ? 0 : at->second;
}

std::unique_ptr<ConnectionTable::Place> ConnectionTable::admit(std::shared_ptr<Member> member, const std::string &peer)
{
    const auto ofPeer = [&](const Entry &entry) { return entry.peer == peer; };
    if (countIn(perPeer_, peer) >= limits_.perPeer && !makeRoom(ofPeer))
        return nullptr;
    if ((open_ >= limits_.all && !makeRoom([](const Entry &) { return true; })) || all_ >= 2 * limits_.all)
        return nullptr;
    Entries &heads = of(ConnectionPhase::head);
    heads.push_back({std::move(member), peer, "", ConnectionPhase::head, clock_->now(), std::nullopt, true});
    ++perPeer_[peer];
    ++open_;
    ++all_;
    return std::make_unique<Place>(*this, std::prev(heads.end()));
}

void ConnectionTable::move(Entries::iterator entry, ConnectionPhase phase)
{
    of(phase).splice(of(phase).end(), of(entry->phase), entry);
    entry->phase = phase;
    entry->since = clock_->now();
}

void ConnectionTable::standFor(Entries::iterator entry, const std::string &client)
{
    if (entry->counted && !entry->client.empty())
        drop(perClient_, entry->client);
    entry->client = client;
    if (entry->counted && !client.empty())
        ++perClient_[client];
}

/// Its place is free.
void ConnectionTable::leave(Entry &entry)
{
    drop(perPeer_, entry.peer);
    if (!entry.client.empty())
        drop(perClient_, entry.client);
    entry.counted = false;
    --open_;
}

/// Closes the connection that has kept us waiting the longest among those that match; otherwise hurries one whose
/// client waits.
template <class Predicate>
bool ConnectionTable::makeRoom(const Predicate &fits)
{
    Entry *oldest = nullptr;
    for (const ConnectionPhase phase :
         {ConnectionPhase::closing, ConnectionPhase::head, ConnectionPhase::body, ConnectionPhase::answer})
    {
        Entries &entries = of(phase);
        const auto at = std::find_if(entries.begin(), entries.end(),
                                     [&](const Entry &entry) { return entry.counted && fits(entry); });
        if (at != entries.end() && (oldest == nullptr || at->since < oldest->since))
            oldest = &*at;
    }
    if (oldest == nullptr)
        return respondToOldestNow(fits);
    leave(*oldest);
    const auto member = oldest->member; // the entry is removed with its place
    member->end();
    return true;
}

template <class Predicate>
bool ConnectionTable::respondToOldestNow(const Predicate &fits)
{
    Entries &entries = of(ConnectionPhase::waiting);
    const auto at =
        std::find_if(entries.begin(), entries.end(), [&](const Entry &entry) { return entry.counted && fits(entry); });
    if (at == entries.end())
        return false;
    leave(*at);
    at->until.reset();
    move(at, ConnectionPhase::work);
    const auto member = at->member;
    member->respondNow(true);
    return true;
}

std::optional<std::chrono::milliseconds> ConnectionTable::limitOf(ConnectionPhase phase) const
{
    switch (phase)
    {
    case ConnectionPhase::head:
        return limits_.head;
    case ConnectionPhase::body:
        return limits_.body;
    case ConnectionPhase::answer:
        return limits_.answer;
    case ConnectionPhase::closing:
        return limits_.closing;
    case ConnectionPhase::work:
    case ConnectionPhase::waiting:
        break;
    }
    return std::nullopt;
}

void ConnectionTable::endLate()
{
    const clock::Clock::Steady now = clock_->now();
    for (Entries &entries : phases_)
        while (!entries.empty())
        {
            const auto limit = limitOf(entries.front().phase);
            if (!limit || now - entries.front().since < *limit)
                break;
            const auto member = entries.front().member;
            member->end();
        }
    std::list<std::shared_ptr<Member>> over;
    Entries &waiting = of(ConnectionPhase::waiting);
    for (auto at = waiting.begin(); at != waiting.end();)
    {
        const auto entry = at++;
        if (!entry->until || now < *entry->until)
            continue;
        over.push_back(entry->member);
        entry->until.reset();
        move(entry, ConnectionPhase::work);
    }
    for (const auto &member : over)
        member->respondNow(false);
}

void ConnectionTable::drainAll()
{
    std::list<std::shared_ptr<Member>> all;
    for (const Entries &entries : phases_)
        for (const Entry &entry : entries)
            all.push_back(entry.member);
    for (const auto &member : all) // which may remove it
        member->drain();
}

void ConnectionTable::endAll()
{
    for (Entries &entries : phases_)
        while (!entries.empty())
        {
            const auto member = entries.front().member;
            member->end();
        }
}

} // namespace psa::http
