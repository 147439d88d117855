#include "host/fleet/share.h"

#include "host/json/json_text.h"
#include "host/json/strict_json.h"

#include <Poco/JSON/Array.h>

#include <algorithm>
#include <array>
#include <map>
#include <utility>

namespace psa::fleet {
namespace {

using Poco::JSON::Array;
using Poco::JSON::Object;
using store::LeaseKind;
using store::LeaseName;
using store::LeaseRow;

constexpr std::size_t nobody = static_cast<std::size_t>(-1);

/// The distribution of items of one kind, as it is or should be.
class Spread
{
public:
    struct Piece
    {
        const Item *item;
        std::size_t weight;
        std::vector<bool> able; ///< By host.
        std::size_t host = nobody;
    };

    Spread(std::vector<Piece> pieces, std::size_t hosts) : pieces_(std::move(pieces)), load_(hosts)
    {
        for (const Piece &each : pieces_)
            if (each.host != nobody)
                load_[each.host] += each.weight;
    }

    /// Gives what nobody works to hosts that can, the hardest to place first, and then moves as little as possible.
    void settle()
    {
        std::vector<Piece *> free;
        for (Piece &each : pieces_)
            if (each.host == nobody)
                free.push_back(&each);
        const auto choices = [](const Piece *each) { return std::count(each->able.begin(), each->able.end(), true); };
        std::stable_sort(free.begin(), free.end(),
                         [&](const Piece *one, const Piece *other) { return choices(one) < choices(other); });
        for (Piece *each : free)
            place(*each);
        while (improve())
        {
        }
    }

    const std::vector<Piece> &pieces() const { return pieces_; }

private:
    void place(Piece &piece)
    {
        std::size_t best = nobody;
        for (std::size_t host = 0; host < load_.size(); ++host)
            if (piece.able[host] && (best == nobody || load_[host] < load_[best]))
                best = host;
        piece.host = best;
        if (best != nobody)
            load_[best] += piece.weight;
    }

    /// Moves one piece, or several in a chain of hosts, from a host with more to one with less. False if nothing gains.
    bool improve()
    {
        std::vector<std::size_t> hosts(load_.size());
        for (std::size_t i = 0; i < hosts.size(); ++i)
            hosts[i] = i;
        std::stable_sort(hosts.begin(), hosts.end(),
                         [&](std::size_t one, std::size_t other) { return load_[one] > load_[other]; });
        for (const std::size_t from : hosts)
            for (auto to = hosts.rbegin(); to != hosts.rend() && load_[*to] + 1 < load_[from]; ++to)
                if (moveAlong(chain(from, *to)))
                    return true;
        return false;
    }

    struct Move
    {
        Piece *piece;
        std::size_t to;
    };

    /// The shortest way: each move is of a piece that its next host can handle. Empty if there is none.
    std::vector<Move> chain(std::size_t from, std::size_t to)
    {
        std::map<std::size_t, Move> cameBy{{from, {nullptr, from}}};
        std::vector<std::size_t> next{from};
        for (std::size_t i = 0; i < next.size() && !cameBy.contains(to); ++i)
            for (Piece &piece : pieces_)
                for (std::size_t host = 0; piece.host == next[i] && host < load_.size(); ++host)
                    if (piece.able[host] && cameBy.try_emplace(host, Move{&piece, host}).second)
                        next.push_back(host);
        std::vector<Move> moves;
        for (std::size_t at = to; at != from && cameBy.contains(at); at = moves.back().piece->host)
            moves.push_back(cameBy.at(at));
        return moves;
    }

    /// Only if the loads are more even afterwards.
    bool moveAlong(const std::vector<Move> &moves)
    {
        std::vector<std::size_t> after = load_;
        for (const Move &each : moves)
        {
            after[each.piece->host] -= each.piece->weight;
            after[each.to] += each.piece->weight;
        }
        if (moves.empty() || unevenness(after) >= unevenness(load_))
            return false;
        for (const Move &each : moves)
            each.piece->host = each.to;
        load_ = std::move(after);
        return true;
    }

    static std::size_t unevenness(const std::vector<std::size_t> &loads)
    {
        std::size_t sum = 0;
        for (const std::size_t each : loads)
            sum += each * each;
        return sum;
    }

    std::vector<Piece> pieces_;
    std::vector<std::size_t> load_; ///< By host: the sum of the weights.
};

/// The view, arranged for questions.
class Situation
{
public:
    Situation(const FleetView &view, const std::string &me) : view_(view), me_(me)
    {
        for (const store::HostRow &host : view.hosts)
            if (const auto offers = offersFrom(host.offersJson); offers && isAlive(host) && !host.draining)
            {
                hosts_.push_back(host.owner);
                offers_.push_back(*offers);
            }
        for (const LeaseRow &lease : view.leases)
            leases_.emplace(lease.name, &lease);
    }

    std::size_t hosts() const { return hosts_.size(); }
    bool isMe(std::size_t host) const { return host != nobody && hosts_[host] == me_; }

    /// It belongs to the first of its names that a host has which can handle all of it.
    Spread::Piece pieceOf(const Item &item) const
    {
        const auto isConnection = [](const LeaseName &each) { return each.kind == LeaseKind::connection; };
        const auto connections = std::count_if(item.names.begin(), item.names.end(), isConnection);
        Spread::Piece piece{&item, std::max<std::size_t>(1, static_cast<std::size_t>(connections)), {}};
        for (const Offers &offers : offers_)
            piece.able.push_back(std::none_of(item.names.begin(), item.names.end(),
                                              [&](const LeaseName &name) { return offers.cannot.contains(name); }));
        for (auto name = item.names.begin(); name != item.names.end() && piece.host == nobody; ++name)
            if (const std::size_t host = holderOf(*name); host != nobody && piece.able[host])
                piece.host = host;
        return piece;
    }

    bool isMine(const LeaseName &name) const
    {
        const auto at = leases_.find(name);
        return at != leases_.end() && at->second->owner == me_;
    }

    /// This host has it, or could take it now.
    bool isMineOrFree(const LeaseName &name) const
    {
        const auto at = leases_.find(name);
        return at == leases_.end() || at->second->owner.empty() || at->second->owner == me_ ||
               at->second->until <= view_.now;
    }

private:
    bool isAlive(const store::HostRow &host) const { return host.owner == me_ || host.seen + view_.silent > view_.now; }

    std::size_t holderOf(const LeaseName &name) const
    {
        const auto at = leases_.find(name);
        if (at == leases_.end() || at->second->owner.empty() || at->second->until <= view_.now)
            return nobody;
        const auto host = std::find(hosts_.begin(), hosts_.end(), at->second->owner);
        return host == hosts_.end() ? nobody : static_cast<std::size_t>(host - hosts_.begin());
    }

    const FleetView &view_;
    const std::string &me_;
    std::vector<std::string> hosts_; ///< Those that may get work, by owner.
    std::vector<Offers> offers_;     ///< Of the same.
    std::map<LeaseName, const LeaseRow *> leases_;
};

constexpr std::array kinds = {LeaseKind::connection, LeaseKind::source, LeaseKind::duty, LeaseKind::quota};

} // namespace

std::vector<Item> itemsOf(std::vector<std::set<LeaseName>> connections)
{
    std::vector<std::set<LeaseName>> together;
    for (std::set<LeaseName> &names : connections)
    {
        const auto shares = [&](const std::set<LeaseName> &other) {
            return std::any_of(other.begin(), other.end(), [&](const LeaseName &each) { return names.contains(each); });
        };
        for (auto each = together.begin(); each != together.end();)
        {
            const bool joins = shares(*each);
            if (joins)
                names.merge(*each);
            each = joins ? together.erase(each) : std::next(each);
        }
        together.push_back(std::move(names));
    }
    std::vector<Item> items;
    items.reserve(together.size());
    for (const std::set<LeaseName> &names : together)
        items.push_back({{names.begin(), names.end()}});
    return items;
}

std::string toJson(const Offers &offers)
{
    Object document(Poco::JSON_PRESERVE_KEY_ORDER);
    Array::Ptr plugins = new Array;
    for (const std::string &each : offers.plugins)
        plugins->add(each);
    document.set("plugins", plugins);
    Object::Ptr cannot = new Object(Poco::JSON_PRESERVE_KEY_ORDER);
    for (const LeaseKind kind : kinds)
    {
        Array::Ptr names = new Array;
        for (const LeaseName &each : offers.cannot)
            if (each.kind == kind)
                names->add(each.of);
        if (names->size() > 0)
            cannot->set(store::toText(kind), names);
    }
    document.set("cannot", cannot);
    return json::toText(document);
}

std::optional<Offers> offersFrom(const std::string &json)
try
{
    const auto document = json::parseStrict(json, json::ownText).extract<Object::Ptr>();
    Offers offers;
    if (const Array::Ptr plugins = document->getArray("plugins"))
        for (const auto &each : *plugins)
            offers.plugins.push_back(each.convert<std::string>());
    const Object::Ptr cannot = document->getObject("cannot");
    for (const LeaseKind kind : kinds)
        if (const Array::Ptr names = cannot.isNull() ? Array::Ptr() : cannot->getArray(store::toText(kind)))
            for (const auto &each : *names)
                offers.cannot.insert({kind, each.convert<std::string>()});
    return offers;
}
catch (const std::exception &)
{
    return std::nullopt;
}

Plan plan(const FleetView &view, const std::string &me)
{
    const Situation now(view, me);
    std::map<LeaseKind, std::vector<Spread::Piece>> pieces;
    for (const Item &item : view.items)
        pieces[item.names.front().kind].push_back(now.pieceOf(item));
    Plan plan;
    std::set<LeaseName> kept;
    for (auto &[kind, each] : pieces)
    {
        Spread spread(std::move(each), now.hosts());
        spread.settle();
        for (const Spread::Piece &piece : spread.pieces())
        {
            const std::vector<LeaseName> &names = piece.item->names;
            if (!now.isMe(piece.host))
                continue;
            kept.insert(names.begin(), names.end());
            const auto isFree = [&](const LeaseName &name) { return now.isMineOrFree(name); };
            const auto isMine = [&](const LeaseName &name) { return now.isMine(name); };
            if (std::all_of(names.begin(), names.end(), isFree) && !std::all_of(names.begin(), names.end(), isMine))
                plan.take.push_back(*piece.item);
        }
    }
    for (const LeaseRow &lease : view.leases)
        if (lease.owner == me && !kept.contains(lease.name))
            plan.give.push_back(lease.name);
    return plan;
}

} // namespace psa::fleet
