// E11. A network of 3 inputs and four layers of 5, 5, 3 and 1 units, forward and backward, block by block and by hand, beside
// the gradients of the graph. The block of layer l keeps its z, which the way back needs:
//
//   forward    Z = A' Wᵀ + b,   A = f(Z)              A' is the A of the layer before, X for the first
//   backward   dZ = dA * f'(Z),   dW = dZᵀ A',   db = the sum of dZ over the samples,   dA' = dZ W
//
// Here samples are rows, A is [m, units]; notes with samples as columns have all of A, Z, dA, dZ transposed, and the same W
// and dW.

#include "expect.hpp"

#include <autodiff/autodiff.hpp>
#include <nn/init/init.hpp>
#include <nn/loss/loss.hpp>
#include <nn/module/walk.hpp>
#include <nn/see/diagnose.hpp>

using namespace seegrad;

namespace {

// A layer that the graph differentiates.
struct layer {
  nn::parameter W, b;
  bool last;
  nn::label label;

  auto operator()(const tensor& x, tensor& Z, tensor& A) const -> void {
    const nn::module_scope cluster(label);
    Z = named(linear(x, W("W"), b("b")), "Z");  // x Wᵀ + b
    A = named(last ? sigmoid(Z) : relu(Z), "A");
  }
};

// The same by hand: plain arrays, nothing is recorded.
struct by_hand {
  array W, b;
  bool last;
  array A_before, Z, A;  // kept on the way forward
  array dA, dZ, dW, db;

  auto forward(const array& x) -> array {
    A_before = x;
    Z = matmul(x, transpose(W)) + b;
    A = last ? sigmoid(Z) : relu(Z);
    return A;
  }
  auto backward(const array& gradient_of_A) -> array {
    dA = gradient_of_A;
    dZ = last ? dA * A * (1.0 - A) : dA * (Z > 0.0).cast(float64);
    dW = matmul(transpose(dZ), A_before);
    db = sum(dZ, 0);
    return matmul(dZ, W);
  }
};

auto distance(const array& a, const array& b) -> double { return max(abs(a - b)).item(); }

}  // namespace

int main() {
  expectations expect;
  constexpr index_t m = 7;
  const index_t units[] = {3, 5, 5, 3, 1};
  constexpr int L = 4;
  generator random(3);
  const array X = randn(random, {m, units[0]}), y = randint(random, {m, 1}, 0, 2, float64);

  const char* names[] = {"layer 1", "layer 2", "layer 3", "layer 4"};
  std::vector<layer> net;
  std::vector<by_hand> hand;
  for (int l = 0; l < L; ++l) {
    nn::parameter W(zeros({units[l + 1], units[l]}));
    nn::init::xavier_normal(W, 1, random);
    const array b = normal(random, {units[l + 1]}, 0, 0.1);
    net.push_back({W, nn::parameter(b), l == L - 1, names[l]});
    hand.push_back({W.value(), b, l == L - 1, {}, {}, {}, {}, {}, {}, {}});
  }

  graph g;
  std::vector<tensor> Z(L), A(L);
  for (std::size_t l = 0; l < L; ++l) net[l](l == 0 ? tensor(X) : A[l - 1], Z[l], A[l]);
  const auto J = named(nn::binary_cross_entropy(A.back(), y), "J");
  backward(J);

  array a = X;
  for (auto& block : hand) a = block.forward(a);
  // J is the mean of -(y log a + (1 - y) log(1 - a)); its 1/m comes in here, once for all that follow.
  array dA = ((1.0 - y) / (1.0 - a) - y / a) / static_cast<double>(m);
  for (std::size_t l = L; l-- > 0;) dA = hand[l].backward(dA);

  fmt::print("m = {} samples, 3 inputs, layers of 5, 5, 3 and 1 units; J = {:.6f}\n", m, J.at());
  fmt::print("           W = dW    b = db   Z = A = dZ = dA   largest difference between hand and graph\n");
  double worst = 0;
  bool shapes_right = true;
  for (std::size_t l = 0; l < L; ++l) {
    const auto& h = hand[l];
    const dims of_W{units[l + 1], units[l]}, of_b{units[l + 1]}, of_Z{m, units[l + 1]};
    shapes_right &= h.W.shape() == of_W && h.dW.shape() == of_W && h.b.shape() == of_b && h.db.shape() == of_b;
    shapes_right &= h.Z.shape() == of_Z && h.A.shape() == of_Z && h.dZ.shape() == of_Z && h.dA.shape() == of_Z;
    shapes_right &= grad(net[l].W).shape() == of_W && grad(net[l].b).shape() == of_b && grad(Z[l]).shape() == of_Z;
    const double off = std::max({distance(h.Z, Z[l].value()), distance(h.A, A[l].value()), distance(h.dW, grad(net[l].W)),
                                 distance(h.db, grad(net[l].b)), distance(h.dZ, grad(Z[l])), distance(h.dA, grad(A[l]))});
    fmt::print("  {}   [{}x{}]     [{}]      [{}x{}]             {:.1e}\n", names[l], of_W[0], of_W[1], of_b[0], m, of_Z[1], off);
    worst = std::max(worst, off);
  }
  expect("all shapes are those of the notes", shapes_right);
  expect("hand and graph agree", worst, 0);
  expect("the gradient is not 0 anywhere", min(max(abs(hand[0].dW), {1})).item() > 0);
  expect("and finite differences agree", check(J).passed());

  nn::draw(J, {.direction = picture_direction::top_to_bottom,
               .hide_constants = true,
               .title = "forward and backward through four layers"})
      .save("e11_layers.svg");
  fmt::print("drawn: e11_layers.svg\n");
  return expect.exit_code();
}
