# A program of a stranger's, in Python.
import numpy as np
import seegrad as sg

with sg.graph():
    W, x = sg.input(np.array([[1.0, 2.0], [3.0, 4.0]]), "W"), np.array([1.0, -1.0])
    J = sg.sum(sg.square(W @ x))
    J.backward()
    assert W.grad.tolist() == [[-2.0, 2.0], [-2.0, 2.0]]
    assert sg.check(J)
    sg.picture(J).save("J.svg")
