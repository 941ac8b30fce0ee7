#pragma once
// Neural networks, and all that they are made of: the same as <nn/nn.hpp>.

#include <nn/nn.hpp>
#include <seegrad/seegrad.hpp>
