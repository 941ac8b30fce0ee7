#pragma once
// All layers.

#include <nn/layer/activation.hpp>
#include <nn/layer/attention.hpp>
#include <nn/layer/container.hpp>
#include <nn/layer/convolution.hpp>
#include <nn/layer/dropout.hpp>
#include <nn/layer/linear.hpp>
#include <nn/layer/normalisation.hpp>
#include <nn/layer/pooling.hpp>
#include <nn/layer/recurrent.hpp>
