"""What `get_metrics` gives."""

from typing import TYPE_CHECKING, Any, Dict, Generic, List, NamedTuple, TypeVar

from pydantic import BaseModel

from ._compat import model_parse

if TYPE_CHECKING:
    GenericModel = BaseModel
else:
    from ._compat import GenericModel

__all__ = ('Metrics', 'Metric', 'MetricHistogram')

_T = TypeVar('_T')


class HistogramBucket(NamedTuple):
    max_value: float
    total_count: int


class MetricHistogram(BaseModel):
    sum: float
    count: int
    buckets: List[HistogramBucket]


class Metric(GenericModel, Generic[_T]):
    key: str
    value: _T
    labels: Dict[str, str]
    description: str


class Metrics(BaseModel):
    counters: List[Metric[int]]
    gauges: List[Metric[float]]
    histograms: List[Metric[MetricHistogram]]

    @classmethod
    def from_dict(cls, data: Dict[str, Any]) -> 'Metrics':
        made: 'Metrics' = model_parse(cls, data)
        return made
