#include "tests/http/desync.h"

#include "host/json/strict_json.h"

#include <Poco/JSON/Array.h>
#include <Poco/JSON/Object.h>

#include <fstream>
#include <sstream>

namespace psa::test {
namespace {

using Poco::JSON::Array;
using Poco::JSON::Object;

Array::Ptr listIn(const std::string &file)
{
    std::ostringstream text;
    text << std::ifstream(PSA_SOURCE_DIR "/tests/http/" + file).rdbuf();
    return json::parseStrict(text.str(), json::ownText).extract<Array::Ptr>();
}

/// A member as bytes: its characters U+0000 to U+00FF are their values.
std::string bytesOf(const Object &object, const std::string &member)
{
    const auto utf8 = object.getValue<std::string>(member);
    std::string bytes;
    for (std::size_t i = 0; i < utf8.size(); ++i)
    {
        const auto first = static_cast<unsigned char>(utf8[i]);
        if (first < 0x80)
            bytes += utf8[i];
        else // U+0080 to U+00FF are two bytes
            bytes += static_cast<char>(((first & 0x03U) << 6U) | (static_cast<unsigned char>(utf8.at(++i)) & 0x3FU));
    }
    return bytes;
}

void mark(const Object &place, const std::string &member, DesyncPlace::Wanted what,
          std::vector<DesyncPlace::Wanted> &wanted)
{
    const Array::Ptr ranges = place.getArray(member);
    for (unsigned i = 0; i < ranges->size(); ++i)
    {
        const Array::Ptr range = ranges->getArray(i);
        for (auto byte = range->getElement<unsigned>(0); byte <= range->getElement<unsigned>(1); ++byte)
            wanted.at(byte) = what;
    }
}

} // namespace

std::vector<DesyncForm> desyncForms()
{
    std::vector<DesyncForm> forms;
    const Array::Ptr list = listIn("desync_forms.json");
    for (unsigned i = 0; i < list->size(); ++i)
    {
        const Object::Ptr form = list->getObject(i);
        forms.push_back({form->getValue<std::string>("name"), bytesOf(*form, "bytes"), form->getValue<bool>("served")});
    }
    return forms;
}

std::vector<DesyncPlace> desyncPlaces()
{
    std::vector<DesyncPlace> places;
    const Array::Ptr list = listIn("desync_places.json");
    for (unsigned i = 0; i < list->size(); ++i)
    {
        const Object::Ptr object = list->getObject(i);
        DesyncPlace place{object->getValue<std::string>("name"), bytesOf(*object, "before"), bytesOf(*object, "after"),
                          std::vector(256, DesyncPlace::Wanted::refused)};
        mark(*object, "served", DesyncPlace::Wanted::served, place.wanted);
        mark(*object, "either", DesyncPlace::Wanted::either, place.wanted);
        places.push_back(std::move(place));
    }
    return places;
}

} // namespace psa::test
