# Makes the fixtures of this folder, here. Needs openpyxl, XlsxWriter, xlwt, pandas, odfpy and pyarrow from PyPI.
import os, decimal
import pyarrow as pa, pyarrow.parquet as pq
os.chdir(os.path.dirname(os.path.abspath(__file__)))
import openpyxl, xlsxwriter, xlwt, pandas as pd, datetime as d
from openpyxl.styles import Font
from openpyxl.cell.rich_text import CellRichText, TextBlock
from openpyxl.cell.text import InlineFont
rows=[['region','amount','day','at','time','ok','note'],
 ['Nord',12,d.date(2024,3,1),d.datetime(2024,3,1,14,30),d.time(14,30,0),True,'two\nlines'],
 ['Süd',0.1+0.2,d.date(1900,1,1),d.datetime(1999,12,31,23,59,59),d.time(0,0,1),False,None],
 [None,-1.1,d.date(1900,3,1),d.datetime(2000,2,29,0,0,0),d.time(23,59,59),True,'a & <b>'],
 ['Ost',123456789012,d.date(2100,12,31),d.datetime(2024,2,29,12,0,0),d.time(12,0),False,'東京 𝄞']]
for e in (1900,1904):
  wb=openpyxl.Workbook(); 
  if e==1904: wb.epoch=openpyxl.utils.datetime.CALENDAR_MAC_1904
  ws=wb.active; ws.title='Erste'
  for r in rows:
    if e==1904: r=[x if not (isinstance(x,d.date) and x.year==1900) else d.date(1904,1,2) for x in r]
    ws.append(r)
  w2=wb.create_sheet('Hidden'); w2.sheet_state='hidden'
  w2['A1']='Report of 2024'; w2.merge_cells('A1:C1'); w2['B3']='name'; w2['C3']='v'; w2['B4']='x'; w2['C4']=5; w2['C5']='=C4*2'; w2['B10']='#N/A'
  w2['B5']=CellRichText('rich ',TextBlock(InlineFont(b=True),'bold'),' text')
  w2['XFD12']='far'
  w2['A1048576']='bottom'
  wb.create_sheet('Empty')
  ch=wb.create_chartsheet('Chart')
  wb.save('openpyxl.xlsx' if e==1900 else 'openpyxl-1904.xlsx')
  wb=xlsxwriter.Workbook('xlsxwriter.xlsx' if e==1900 else '/denull',{'date_1904':e==1904}); ws=wb.add_worksheet('Eins')
  fd=wb.add_format({'num_format':'dd.mm.yyyy'}); ft=wb.add_format({'num_format':'[$-407]dd/mm/yy hh:mm:ss;@'}); fh=wb.add_format({'num_format':'[h]:mm:ss'}); fp=wb.add_format({'num_format':'0.0%;[Red]-0.0%'}); fm=wb.add_format({'num_format':'mmm yy'}); fe=wb.add_format({'num_format':'#,##0.00 "days"'})
  ws.write_row(0,0,['what','date','stamp','hours','percent','month','days','formula','bool','string formula','error'])
  for i in range(1,200):
    ws.write(i,0,f'row {i}'); ws.write_datetime(i,1,d.datetime(2024,1,1)+d.timedelta(days=37*i),fd); ws.write_datetime(i,2,d.datetime(2024,1,1)+d.timedelta(seconds=98765*i),ft); ws.write(i,3,i/7,fh); ws.write(i,4,i/1000,fp); ws.write_datetime(i,5,d.datetime(2024,1,1),fm); ws.write(i,6,i*1.1,fe); ws.write_formula(i,7,'=1+1',None,2); ws.write_boolean(i,8,i%2==0); ws.write_formula(i,9,'="a"&"b"',None,'ab'); ws.write_formula(i,10,'=1/0',None,'#DIV/0!')
  wb.close()
df=pd.DataFrame({'region':['Nord','Süd',None],'amount':[12.5,None,3],'day':pd.to_datetime(['2024-03-01']*3),'at':pd.to_datetime(['2024-03-01 14:30:05']*3),'ok':[True,False,True],'text':['a\nb','x  y','<&>']})
df.to_excel('pandas.xlsx',index=False); 
with pd.ExcelWriter('pandas.ods',engine='odf') as w:
  df.to_excel(w,sheet_name='Eins'); df.to_excel(w,sheet_name='Zwei',index=False)
w=xlwt.Workbook(encoding='utf-8'); s=w.add_sheet('Erste')
sd=xlwt.easyxf(num_format_str='YYYY-MM-DD'); st=xlwt.easyxf(num_format_str='DD.MM.YY hh:mm:ss'); sh=xlwt.easyxf(num_format_str='hh:mm:ss'); sc=xlwt.easyxf(num_format_str='[h]:mm'); 
for j,x in enumerate(rows[0]): s.write(0,j,x)
for i,r in enumerate(rows[1:],1):
  for j,x in enumerate(r):
    if x is None: continue
    if j==2 and x.year==1900 and x.month==1: x=d.date(1900,1,2)
    s.write(i,j,x,{2:sd,3:st,4:sh}.get(j,xlwt.Style.default_style))
s.write(6,0,xlwt.Formula('1+1'))
s2=w.add_sheet('Zweite'); s2.visibility=1; s2.write(2,1,'name'); s2.write(2,2,'v'); s2.write(3,1,'x'); s2.write(3,2,5); s2.write(4,2,1.5,sc)
w.save('xlwt.xls')
import datetime as d
t=pa.table({'region':['Nord',None,'S"ü,d\nx'],'amount':[1.5,2.0,0.1+0.2],'n':[1,None,3],'day':[d.date(2024,3,1)]*3,'ts':pa.array([d.datetime(2024,3,1,14,30)]*3,pa.timestamp('us')),
 'tz':pa.array([d.datetime(2024,3,1,14,30)]*3,pa.timestamp('us',tz='UTC')),'b':[True,False,None],'l':[[1,2],[],None],'bin':[b'\xff\x00a',b'b',None],'dec':pa.array([decimal.Decimal('1.20')]*3),'t':pa.array([d.time(14,30)]*3),'e':['','x','y'],'s':[{'a':1,'b':'x'}]*3})
pq.write_table(t,'pyarrow.parquet')
