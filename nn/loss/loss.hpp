#pragma once
// All losses.
//
//   tensor J = nn::cross_entropy(model(x), labels);
//   backward(J);
//
// A loss is a function from arrays or tensors to a tensor, with the names, arguments and defaults of torch.nn.functional;
// options follow in braces by name: {.reduction = nn::reduction::sum}. Of arrays alone, the result is a constant.

#include <nn/loss/binary.hpp>
#include <nn/loss/classification.hpp>
#include <nn/loss/embedding.hpp>
#include <nn/loss/regression.hpp>
