#pragma once

#include "sandbox/autotask/core.h"

namespace psa::sandbox::autotask {

Object::Ptr entityInformation(const Core &core, const Entity &entity);
Object::Ptr fieldInformation(const Core &core, const Entity &entity);
Object::Ptr userDefinedInformation(const Core &core, const Entity &entity);

} // namespace psa::sandbox::autotask
