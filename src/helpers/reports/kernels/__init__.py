"""Warm kernels: ordinary ipykernels, forked from a process that has imported everything already.

The kernelspec ``halfsky-warm`` (installed with the package) names the provisioner of this room, so
that papermill, nbclient, nbconvert, nbval and JupyterLab start such kernels by that name. Where a
fork will not do, the ordinary kernel starts, and a warning says once why.

A batch of reports, its slots being threads, uses them like this::

    from helpers.reports import kernels

    with kernels.Batch(environment) as batch:      # the server begins to import at once
        ...                                        # plan, meanwhile
        with batch.kernel(folder, seconds=600) as kernel:      # in any thread, one a report
            nb = papermill.execute_notebook(nb, None, parameters=..., **kernel.options)

``folder`` is where the notebook works. After a DeadKernelError ``kernel.ended()`` says what ended
the kernel, in Chinese and English, and ``kernel.log()`` what it said outside the notebook.
Leaving the inner block ends the kernel with all that it started; leaving the outer one ends all.
"""

from helpers.reports.kernels.batch import MEMORY, Batch, BatchKernel

__all__ = ["MEMORY", "Batch", "BatchKernel"]
