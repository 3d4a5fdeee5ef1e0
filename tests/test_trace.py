import functools
import math
from decimal import Decimal
from fractions import Fraction

import pytest
import sympy as sp

from graphgen import trace as traced
from graphgen.errors import GraphgenError, SourceError
