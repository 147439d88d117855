// Whatever bytes are in the store: an accepted record is written back unchanged, and no key opens it.
#include "host/secrets/sealed_record.h"
#include "host/secrets/sealed_secrets.h"

#include <cstdlib>

using namespace psa::secrets;

namespace {

void demand(bool holds)
{
    if (!holds)
        std::abort();
}

bool parses(const std::string &bytes)
try
{
    demand(SealedRecord::parse(bytes).bytes() == bytes);
    return true;
}
catch (const InvalidRecord &)
{
    return false;
}

} // namespace

extern "C" int LLVMFuzzerTestOneInput(const unsigned char *data, std::size_t size)
{
    static const KeyRing keys({"k", SecretBytes(std::string(32, 'M'))});
    static const SecretOwner owner{"c-1", "com.example.psa", 1};
    static const SealedSecrets good = sealSecrets(keys, systemRandom, owner, [] {
        Secrets secrets;
        secrets.emplace("field", SecretBytes::copyOf("secret"));
        return secrets;
    }());
    const std::string bytes(reinterpret_cast<const char *>(data), size);
    demand(!parses(bytes) || size >= 30);
    const SealedSecrets changedKey{bytes, good.fields};
    const SealedSecrets changedField{good.dataKey, {{"field", bytes}}};
    for (const SealedSecrets *sealed : {&changedKey, &changedField})
        try
        {
            openSecrets(keys, owner, *sealed);
            std::abort();
        }
        catch (const SealError &)
        {
            continue; // rejected, as it must be
        }
    return 0;
}
