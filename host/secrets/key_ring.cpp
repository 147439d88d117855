#include "host/secrets/key_ring.h"

#include "host/secrets/seal_error.h"

#include <algorithm>

namespace psa::secrets {

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

} // namespace psa::secrets
