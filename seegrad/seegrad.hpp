#pragma once
// All of seegrad but neural networks (seegrad/nn.hpp), by its own name: the same as <autodiff/autodiff.hpp>, which another library may have, too.

#include <autodiff/autodiff.hpp>
#include <seegrad/version.hpp>
