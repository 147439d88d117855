#include "host/secrets/key_ring.h"

#include "host/secrets/sealed_record.h"

#include <algorithm>
#include <vector>

namespace psa::secrets {
namespace {

constexpr std::string_view canaryText = "psa-host canary";

SecretBytes canaryKey(const MasterKey &key)
{
    return deriveKey(key.bytes, {"psa-host/1 canary", key.id});
}

[[noreturn]] void refuseDamaged(const std::string &why)
{
    throw SealError("the store's record of its master keys is damaged (" + why + "); restore a backup");
}

std::string keyIdOf(const std::string &canary)
try
{
    return std::string(SealedRecord::parse(canary).keyId);
}
catch (const InvalidRecord &error)
{
    refuseDamaged(error.what());
}

void append(std::string &canaries, const std::string &canary)
{
    canaries += static_cast<char>(canary.size() >> 8);
    canaries += static_cast<char>(canary.size() & 0xFF);
    canaries += canary;
}

std::vector<std::string> split(std::string_view canaries)
{
    std::vector<std::string> all;
    while (!canaries.empty())
    {
        const auto byteAt = [&](std::size_t i) -> std::size_t { return static_cast<unsigned char>(canaries.at(i)); };
        const std::size_t size = canaries.size() < 2 ? 0 : byteAt(0) << 8 | byteAt(1);
        if (size == 0 || canaries.size() < 2 + size)
            refuseDamaged("it is truncated");
        all.emplace_back(canaries.substr(2, size));
        canaries.remove_prefix(2 + size);
    }
    return all;
}

void checkCanary(const KeyRing *keys, const std::string &canary)
{
    const std::string id = keyIdOf(canary);
    const MasterKey *key = keys == nullptr ? nullptr : keys->find(id);
    if (key == nullptr)
        throw KeyMissing("secrets in the store are encrypted under the master key " + id +
                             ", which is missing; available: " + (keys == nullptr ? "none" : keys->ids()) +
                             ". Restore its file from your backup and name it under [secrets] in the configuration "
                             "file: master_key_file, or old_key_files if another key is active now",
                         id);
    const auto opened = openRecord(canaryKey(*key), canary);
    if (!opened || opened->view() != canaryText)
        throw SealError("the master key " + id +
                        " is not the one that the store was encrypted with, although its id is the same; restore the "
                        "right file from your backup");
}

} // namespace

KeyRing::KeyRing(MasterKey active, std::vector<MasterKey> old)
{
    keys_.push_back(std::move(active));
    for (MasterKey &key : old)
    {
        const MasterKey *same = find(key.id);
        if (same == nullptr)
            keys_.push_back(std::move(key));
        else if (!same->bytes.sameAs(key.bytes))
            throw SealError("two different master keys have the id " + key.id +
                            "; one of the files was changed: check [secrets] in the configuration file");
    }
}

const MasterKey *KeyRing::find(std::string_view id) const
{
    const auto found = std::find_if(keys_.begin(), keys_.end(), [id](const MasterKey &key) { return key.id == id; });
    return found == keys_.end() ? nullptr : &*found;
}

std::string KeyRing::ids() const
{
    std::string text;
    for (const MasterKey &key : keys_)
        text += text.empty() ? key.id + " (active)" : ", " + key.id;
    return text;
}

std::string checkKeys(const KeyRing *keys, const RandomSource &random, const std::string &canaries, bool sealedRows)
{
    if (sealedRows && canaries.empty())
        throw SealError("the store contains encrypted secrets, but no record of their master keys; it is damaged: "
                        "restore a backup");
    std::string kept = sealedRows ? canaries : std::string();
    const std::vector<std::string> all = split(kept);
    for (const std::string &canary : all)
        checkCanary(keys, canary);
    if (keys == nullptr)
        return kept;
    const MasterKey &active = keys->active();
    const auto isActive = [&](const std::string &canary) { return keyIdOf(canary) == active.id; };
    if (std::none_of(all.begin(), all.end(), isActive))
        append(kept, sealRecord(canaryKey(active), active.id, random, canaryText));
    return kept;
}

std::string retireCanaries(const KeyRing &keys, const std::string &canaries, const std::set<std::string> &idsInUse)
{
    std::string kept;
    for (const std::string &canary : split(canaries))
        if (const std::string id = keyIdOf(canary); id == keys.active().id || idsInUse.contains(id))
            append(kept, canary);
    return kept;
}

} // namespace psa::secrets
