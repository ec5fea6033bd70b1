"""What `get_metrics` gives."""

from typing import Any, Dict, Generic, List, NamedTuple, Tuple, TypeVar

__all__ = ('Metrics', 'Metric', 'MetricHistogram')

_T = TypeVar('_T')


class HistogramBucket(NamedTuple):
    max_value: int
    total_count: int


class _Record:
    _fields: Tuple[str, ...] = ()

    def __init__(self, **values: Any) -> None:
        for name in self._fields:
            setattr(self, name, values[name])

    def __repr__(self) -> str:
        return f'{type(self).__name__}({", ".join(f"{n}={getattr(self, n)!r}" for n in self._fields)})'

    def __eq__(self, other: object) -> bool:
        return type(other) is type(self) and self.__dict__ == other.__dict__


class MetricHistogram(_Record):
    _fields = ('sum', 'count', 'buckets')
    sum: int
    count: int
    buckets: List[HistogramBucket]

    def __init__(self, **values: Any) -> None:
        values['buckets'] = [HistogramBucket(*bucket) for bucket in values['buckets']]
        super().__init__(**values)


class Metric(_Record, Generic[_T]):
    _fields = ('key', 'value', 'labels', 'description')
    key: str
    value: _T
    labels: Dict[str, str]
    description: str


class Metrics(_Record):
    _fields = ('counters', 'gauges', 'histograms')
    counters: List[Metric[int]]
    gauges: List[Metric[float]]
    histograms: List[Metric[MetricHistogram]]

    @classmethod
    def from_dict(cls, data: Dict[str, Any]) -> 'Metrics':
        def metrics(key: str, value: Any) -> List[Any]:
            return [
                Metric(key=m['key'], value=value(m['value']), labels=m.get('labels') or {}, description=m.get('description') or '')
                for m in data.get(key) or []
            ]

        return cls(
            counters=metrics('counters', int),
            gauges=metrics('gauges', float),
            histograms=metrics('histograms', lambda v: MetricHistogram(sum=v['sum'], count=v['count'], buckets=v['buckets'])),
        )
