// Describes with the glue, and throws meanwhile.
#include <psa/plugin.hpp>

#include <stdexcept>

namespace {

class Throwing : public psa::Plugin
{
public:
    explicit Throwing(psa::Host) {}
    static std::string describe(psa::Call &) { throw std::runtime_error("the list of fields is broken"); }
    void configure(psa::Call &, std::string_view) override {}
    std::string test(psa::Call &) override { return {}; }
    std::string createTicket(psa::Call &, std::string_view, std::string_view) override { return {}; }
};

} // namespace

PSA_PLUGIN(Throwing)
